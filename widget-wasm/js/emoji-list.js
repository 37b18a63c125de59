// A choice of emojis in groups: each with its name, and after a semicolon more words to find it by.

export const GROUPS = [
  `😀 grinning face; smile happy
😃 big smile; happy joy
😄 laughing eyes; smile happy joy
😁 beaming face; grin smile
😅 sweat smile; relief nervous
😂 tears of joy; laugh lol funny
🤣 rolling on the floor; laugh lol rofl
🙂 slight smile; happy ok
🙃 upside-down face; silly irony
😉 wink; joke
😊 blush; smile happy shy
😇 halo; angel innocent
🥰 smiling with hearts; love adore
😍 heart eyes; love crush
🤩 star-struck; wow excited amazing
😘 blowing a kiss; love
😋 yum; tasty delicious food
😜 winking tongue; joke crazy
🤪 zany face; crazy goofy
🤔 thinking; hmm wonder question
🤨 raised eyebrow; doubt sceptic
😐 neutral face; meh
😏 smirk; smug
🙄 rolling eyes; annoyed
😬 grimace; awkward
😌 relieved; calm peace
😴 sleeping; tired zzz night
🤗 hug; thanks friendly
🤭 hand over mouth; oops giggle
🤫 shush; quiet secret
😎 sunglasses; cool
🤓 nerd; geek glasses
🥳 party face; celebrate birthday hooray
😕 confused; unsure
😟 worried; concern
🙁 slight frown; sad
😢 crying; sad tear
😭 sobbing; cry sad tears
😤 huffing; angry proud
😠 angry; mad
😡 enraged; angry mad furious
🤯 exploding head; mind blown shocked
😳 flushed; embarrassed surprised
🥺 pleading; please puppy
😱 screaming; scared shock fear
😰 anxious sweat; nervous worried
😥 sad but relieved; phew
🤒 thermometer; sick ill fever
🤧 sneezing; sick cold
🥱 yawning; tired bored
😷 mask; sick ill
🤖 robot; bot machine
👻 ghost; halloween boo
💩 poo; funny`,
  `👍 thumbs up; yes good ok like agree
👎 thumbs down; no bad dislike
👌 OK hand; perfect fine
✌️ victory hand; peace two
🤞 crossed fingers; luck hope
🤟 love-you gesture; hand
🤙 call me; phone hand
👋 waving hand; hello hi bye goodbye
👏 clapping hands; bravo applause well done
🙌 raised hands; hooray celebrate praise
🙏 folded hands; please thanks thank you pray
🤝 handshake; deal agree
💪 flexed biceps; strong muscle power
👉 pointing right; this
👈 pointing left; this
👆 pointing up; this above
👇 pointing down; this below
☝️ index finger up; one wait
✋ raised hand; stop high five
✍️ writing hand; sign note
👀 eyes; look see watch
🧠 brain; smart mind
🤷 shrug; don't know whatever
🤦 facepalm; oops no
🙋 raising hand; question me
💁 information desk; help person
🙅 no gesture; stop not
🙆 OK gesture; yes fine
🧑‍💻 technologist; computer developer work
👨‍👩‍👧 family; parents child
👶 baby; child
🚶 walking; walk go
🏃 running; run hurry fast`,
  `❤️ red heart; love
🧡 orange heart; love
💛 yellow heart; love
💚 green heart; love
💙 blue heart; love
💜 purple heart; love
🖤 black heart; love
💔 broken heart; sad
💕 two hearts; love
✨ sparkles; new shiny magic
⭐ star; favourite favorite
🌟 glowing star; great
🔥 fire; hot great lit
💯 hundred points; perfect full
✅ check mark; done yes ok
❌ cross mark; no wrong cancel
❓ question mark; what help
❗ exclamation mark; important attention
⚠️ warning; careful attention
🚫 prohibited; no forbidden
💤 zzz; sleep tired
💬 speech bubble; chat message talk
💡 light bulb; idea hint
🎵 musical note; music song
🆗 OK button; fine yes
🆕 new button; new
🔴 red circle; stop
🟢 green circle; go
➕ plus; add more
➖ minus; less
➡️ right arrow; next
⬅️ left arrow; back
🔄 arrows in a circle; refresh again reload return`,
  `🐶 dog; puppy pet animal
🐱 cat; kitten pet animal
🐭 mouse; animal
🐰 rabbit; bunny animal
🦊 fox; animal
🐻 bear; animal
🐼 panda; animal
🐨 koala; animal
🦁 lion; animal
🐸 frog; animal
🐵 monkey; animal
🐔 chicken; hen animal
🐧 penguin; animal bird
🐦 bird; animal
🦋 butterfly; insect
🐝 bee; insect honey
🐢 turtle; slow animal
🐟 fish; animal
🌸 blossom; flower spring
🌹 rose; flower love
🌻 sunflower; flower
💐 bouquet; flowers
🌳 tree; nature
🍀 four-leaf clover; luck
🌍 globe; earth world
🌞 sun; sunny weather
🌙 moon; night
☁️ cloud; weather
🌧️ rain; weather
❄️ snowflake; snow cold winter
🌈 rainbow; weather colours colors`,
  `🍎 apple; fruit
🍌 banana; fruit
🍓 strawberry; fruit
🍇 grapes; fruit
🥑 avocado; fruit
🍅 tomato; vegetable
🥕 carrot; vegetable
🍞 bread; bakery
🧀 cheese; food
🍔 burger; hamburger fast food
🍟 fries; chips fast food
🍕 pizza; food
🥗 salad; healthy food
🍝 spaghetti; pasta food
🍣 sushi; fish food
🍰 cake; dessert sweet
🎂 birthday cake; party
🍪 cookie; biscuit sweet
🍫 chocolate; sweet
🍦 ice cream; dessert sweet
☕ coffee; tea hot drink
🍺 beer; drink
🍷 wine; drink
🥂 clinking glasses; cheers celebrate`,
  `🎉 party popper; celebrate hooray congratulations tada
🎈 balloon; party birthday
🎁 gift; present birthday
🏆 trophy; win prize
🥇 gold medal; first win
⚽ football; soccer sport ball
🏀 basketball; sport ball
🎾 tennis; sport ball
🎮 video game; play
🎨 palette; art paint
🎬 clapper board; film movie
🎧 headphones; music listen
🚗 car; drive auto
🚕 taxi; car
🚌 bus; transport
🚲 bicycle; bike
🚆 train; transport
✈️ aeroplane; airplane travel flight
🚀 rocket; launch fast ship
🚚 delivery van; truck shipping parcel
🏠 house; home
🏢 office building; work
🏖️ beach; holiday vacation
🗺️ map; travel`,
  `📱 mobile phone; telephone smartphone
💻 laptop; computer work
🖨️ printer; print
📷 camera; photo picture
📞 telephone; call phone
⏰ alarm clock; time late
⏳ hourglass; wait time
📅 calendar; date day
📦 package; parcel box order delivery
✉️ envelope; mail letter e-mail
📎 paper clip; attach file
📝 memo; note write
📄 page; document file
📚 books; read learn
🔍 magnifying glass; search find look
🔒 lock; secure private
🔑 key; password access
🔧 wrench; fix repair tool
🔨 hammer; build tool
⚙️ gear; settings
🛒 shopping cart; buy order trolley
🛍️ shopping bags; buy shop
💳 credit card; pay payment
💰 money bag; price cash
🧾 receipt; invoice bill
🏷️ label; price tag
👕 T-shirt; clothes
👟 shoe; trainers sneakers
👜 handbag; bag
💍 ring; wedding
🔔 bell; notification alarm
🗑️ bin; trash delete rubbish`,
].map((group) => group.split('\n').map(emoji));

function emoji(line) {
  const [symbol] = line.split(' ', 1);
  const words = line.slice(symbol.length + 1);
  return { symbol, name: words.split(';')[0], words: words.toLowerCase().split(/[^a-z0-9']+/) };
}

/** Those for which every word of the query begins one of theirs. */
export function found(query) {
  const sought = query.toLowerCase().split(/\s+/).filter(Boolean);
  return GROUPS.flat().filter(({ words }) => sought.every((begin) => words.some((word) => word.startsWith(begin))));
}
