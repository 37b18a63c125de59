//! Words as the build writes them: a line each, in the order in which the structs name them.

use std::str::Split;

use super::template::Template;

/// The lines that are still to be read.
pub(super) struct Lines {
    rest: Split<'static, char>,
    language: &'static str,
}

impl Lines {
    /// The lines of a language. The first is the loader's own, for when nothing here runs; the second names the language.
    pub(super) fn of(text: &'static str) -> Self {
        let mut rest = text.split('\n');
        rest.next();
        let language = rest.clone().next().unwrap_or_default();
        Self { rest, language }
    }

    #[inline(never)]
    fn next(&mut self) -> &'static str {
        self.rest.next().unwrap_or_default()
    }
}

/// What is read from lines.
pub(super) trait Said {
    /// Takes as many lines as it has words.
    fn read(lines: &mut Lines) -> Self;

    /// The keys of its words, below the name of the field that holds it.
    #[cfg(test)]
    fn keys(path: &str) -> Vec<String>;
}

impl Said for &'static str {
    fn read(lines: &mut Lines) -> Self {
        lines.next()
    }

    #[cfg(test)]
    fn keys(path: &str) -> Vec<String> {
        vec![path.to_owned()]
    }
}

impl Said for Template {
    fn read(lines: &mut Lines) -> Self {
        Self::new(lines.next(), lines.language)
    }

    #[cfg(test)]
    fn keys(path: &str) -> Vec<String> {
        vec![path.to_owned()]
    }
}

/// Makes a struct of words that reads itself from lines, field by field.
macro_rules! words {
    ($(#[$about:meta])* pub(crate) struct $name:ident {
        $($(#[$attribute:meta])* pub(crate) $field:ident: $kind:ty,)*
    }) => {
        $(#[$about])*
        pub(crate) struct $name {
            $($(#[$attribute])* pub(crate) $field: $kind,)*
        }

        impl $crate::ui::i18n::lines::Said for $name {
            #[allow(unused_doc_comments)]
            fn read(lines: &mut $crate::ui::i18n::lines::Lines) -> Self {
                Self {
                    $($(#[$attribute])* $field: $crate::ui::i18n::lines::Said::read(lines),)*
                }
            }

            #[cfg(test)]
            #[allow(unused_doc_comments)]
            fn keys(path: &str) -> Vec<String> {
                let mut keys = Vec::new();
                $(
                    $(#[$attribute])*
                    keys.extend(<$kind as $crate::ui::i18n::lines::Said>::keys(&[path, "_", stringify!($field)].concat()));
                )*
                keys
            }
        }
    };
}
pub(super) use words;
