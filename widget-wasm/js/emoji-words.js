// The few words of the choice of emojis, in the languages of `lang`. They come with it, so no page downloads them that does not open it.
// The emojis are found by English words only, and the field says so. What counts has a form for any number.

const TEXTS = {
  ar: `الرموز التعبيرية
البحث (بالإنجليزية)
عدد النتائج: #
لا توجد نتائج
الوجوه, الأشخاص, العلامات, الطبيعة, الطعام, الأنشطة, الأشياء`,
  de: `Emojis
Suchen (auf Englisch)
# gefunden
Nichts gefunden
Gesichter, Menschen, Zeichen, Natur, Essen, Aktivitäten, Gegenstände`,
  en: `Emojis
Search emojis
# found
Nothing found
Faces, People, Signs, Nature, Food, Activities, Objects`,
  es: `Emojis
Buscar (en inglés)
Resultados: #
Sin resultados
Caras, Personas, Símbolos, Naturaleza, Comida, Actividades, Objetos`,
  fr: `Emojis
Chercher (en anglais)
Résultats : #
Aucun résultat
Visages, Personnes, Signes, Nature, Nourriture, Activités, Objets`,
  he: `אימוג׳י
חיפוש (באנגלית)
תוצאות: #
לא נמצאו תוצאות
פרצופים, אנשים, סמלים, טבע, אוכל, פעילויות, חפצים`,
  hi: `इमोजी
खोजें (अंग्रेज़ी में)
परिणाम: #
कोई परिणाम नहीं मिला
चेहरे, लोग, चिह्न, प्रकृति, भोजन, गतिविधियाँ, वस्तुएँ`,
  it: `Emoji
Cerca (in inglese)
Risultati: #
Nessun risultato
Faccine, Persone, Simboli, Natura, Cibo, Attività, Oggetti`,
  ja: `絵文字
検索（英語）
#件見つかりました
見つかりませんでした
顔, 人, 記号, 自然, 食べ物, 活動, 物`,
  ko: `이모지
검색(영어)
검색 결과 #개
검색 결과가 없습니다
얼굴, 사람, 기호, 자연, 음식, 활동, 사물`,
  nl: `Emoji’s
Zoeken (in het Engels)
# gevonden
Niets gevonden
Gezichten, Mensen, Symbolen, Natuur, Eten, Activiteiten, Voorwerpen`,
  pl: `Emoji
Szukaj (po angielsku)
Znaleziono: #
Nic nie znaleziono
Buźki, Ludzie, Znaki, Przyroda, Jedzenie, Aktywności, Przedmioty`,
  pt: `Emojis
Procurar (em inglês)
Resultados: #
Nenhum resultado
Rostos, Pessoas, Símbolos, Natureza, Comida, Atividades, Objetos`,
  ru: `Эмодзи
Поиск (по-английски)
Найдено: #
Ничего не найдено
Лица, Люди, Знаки, Природа, Еда, Занятия, Предметы`,
  tr: `Emojiler
Ara (İngilizce)
# sonuç bulundu
Sonuç bulunamadı
Yüzler, İnsanlar, İşaretler, Doğa, Yiyecekler, Etkinlikler, Nesneler`,
  uk: `Емодзі
Пошук (англійською)
Знайдено: #
Нічого не знайдено
Обличчя, Люди, Знаки, Природа, Їжа, Заняття, Предмети`,
  zh: `表情符号
搜索（英文）
找到 # 个
未找到结果
表情, 人物, 符号, 自然, 食物, 活动, 物品`,
  'zh-Hant': `表情符號
搜尋（英文）
找到 # 個
找不到結果
表情, 人物, 符號, 自然, 食物, 活動, 物品`,
};

export const LANGUAGES = Object.keys(TEXTS);

/** The words in a language; English where it has none. */
export function words(language) {
  const [title, search, some, none, groups] = (TEXTS[language] ?? TEXTS.en).split('\n');
  const found = (count) => (count ? some.replace('#', count) : none);
  return { title, search, found, groups: groups.split(', ') };
}
