//! Text to values, as RFC 8259 has it.

use std::fmt;

use super::{Number, Object, Value};

/// Arrays and objects inside each other, at most: a text must not choose how much stack is used.
const DEEPEST: usize = 127;

/// Where a text stops being JSON. The text itself may hold secrets, so it is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    line: usize,
    column: usize,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Reads a whole text as one value.
pub(crate) fn parse(text: &str) -> Result<Value, Misplaced> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value();
    reader.skip_space();
    match value {
        Some(value) if reader.at == text.len() => Ok(value),
        _ => Err(reader.place()),
    }
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on when this byte comes next.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn skip_space(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    }

    fn skip_while(&mut self, such: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&such) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.skip_space();
        match self.peek()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']').is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(b']').is_some() {
                return Some(Value::Array(items));
            }
            self.take(b',')?;
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut members = Vec::new();
        self.skip_space();
        if self.take(b'}').is_some() {
            return Some(Value::Object(Object(members)));
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            self.take(b':')?;
            members.push((name, self.value()?));
            self.skip_space();
            if self.take(b'}').is_some() {
                return Some(Value::Object(Object(members)));
            }
            self.take(b',')?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let from = self.at;
        let _sign = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _sign = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        let digits = self.text.get(from..self.at)?;
        Some(Value::Number(Number(digits.to_owned())))
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        self.skip_while(|byte| byte.is_ascii_digit());
        (self.at > from).then_some(())
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut text = String::new();
        loop {
            let from = self.at;
            self.skip_while(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            text.push_str(self.text.get(from..self.at)?);
            if self.take(b'"').is_some() {
                return Some(text);
            }
            self.take(b'\\')?;
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// Four digits, or twice four when the first are half of a pair. A half without the other stands for a symbol that was cut in two, as
    /// JavaScript does when it cuts a text anywhere: it is replaced, for the text around it is good.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let behind = self.at;
        let low = self.low_half();
        if low.is_none() {
            self.at = behind;
        }
        Some(low.map_or(char::REPLACEMENT_CHARACTER, |low| {
            char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + low).unwrap_or(char::REPLACEMENT_CHARACTER)
        }))
    }

    fn low_half(&mut self) -> Option<u32> {
        self.take(b'\\')?;
        self.take(b'u')?;
        self.unit()?.checked_sub(0xDC00).filter(|low| *low < 0x400)
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(unit)
    }

    fn place(&self) -> Misplaced {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Misplaced {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + before.len() - start,
        }
    }
}
