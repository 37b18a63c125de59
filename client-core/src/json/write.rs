//! Values to text, straight into one string.

use super::Value;

const HEX: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
];

/// A text as JSON, quotes included.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text);
    out
}

/// The same, behind what is written already.
pub(crate) fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for symbol in text.chars() {
        match symbol {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..' ' => {
                let code = symbol as usize;
                out.push_str("\\u00");
                out.push(HEX[code >> 4]);
                out.push(HEX[code & 0xf]);
            }
            _ => out.push(symbol),
        }
    }
    out.push('"');
}

impl Value {
    /// Writes it as JSON without spaces. A number keeps the digits it came with.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number.as_str()),
            Self::String(text) => write_quoted(out, text),
            Self::Array(items) => write_array(out, items),
            Self::Object(members) => {
                let mut separator = '{';
                for (name, value) in members.iter() {
                    out.push(separator);
                    separator = ',';
                    write_quoted(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push_str(if separator == '{' { "{}" } else { "}" });
            }
        }
    }
}

/// Writes values as a JSON list.
pub(crate) fn write_array(out: &mut String, items: &[Value]) {
    let mut separator = '[';
    for item in items {
        out.push(separator);
        separator = ',';
        item.write(out);
    }
    out.push_str(if separator == '[' { "[]" } else { "]" });
}

/// An object that is being written.
pub(crate) struct ObjectWriter<'text> {
    out: &'text mut String,
    separator: char,
}

impl<'text> ObjectWriter<'text> {
    pub(crate) fn open(out: &'text mut String) -> Self {
        Self { out, separator: '{' }
    }

    pub(crate) fn close(self) {
        if self.separator == '{' {
            self.out.push('{');
        }
        self.out.push('}');
    }

    /// Writes a member's name; its value, as JSON, is to be written behind it.
    pub(crate) fn name(&mut self, name: &str) -> &mut String {
        self.out.push(self.separator);
        self.separator = ',';
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
        self.out
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        let quoted = quoted(text);
        self.name(name).push_str(&quoted);
    }

    pub(crate) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.name(name).push_str("null"),
        }
    }

    pub(crate) fn number(&mut self, name: &str, number: i64) {
        let digits = number.to_string();
        self.name(name).push_str(&digits);
    }

    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], write: fn(&T, &mut String)) {
        let out = self.name(name);
        let mut separator = '[';
        for item in items {
            out.push(separator);
            separator = ',';
            write(item, out);
        }
        out.push_str(if separator == '[' { "[]" } else { "]" });
    }
}
