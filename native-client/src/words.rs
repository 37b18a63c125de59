//! An error of the network in words for a person.

use std::error::Error;

/// The deepest reason: `connection refused` says more than the five layers above it.
pub(crate) fn cause(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl std::fmt::Display for Layer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn the_deepest_reason_is_told() {
        let refused = Layer("connection refused", None);
        assert_eq!(
            cause(&Layer("error sending request", Some(Box::new(refused)))),
            "connection refused"
        );
    }
}
