//! What happened, line by line with its time. Written only while a failing day is replayed.

use std::fmt::Arguments;

#[derive(Default)]
pub(crate) struct Trace {
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn recording() -> Self {
        Self {
            lines: Some(Vec::new()),
        }
    }

    pub(crate) fn is_recording(&self) -> bool {
        self.lines.is_some()
    }

    pub(crate) fn line(&mut self, at: u64, text: Arguments<'_>) {
        if let Some(lines) = &mut self.lines {
            let text: String = text.to_string().chars().take(260).collect();
            lines.push(format!("{:>4}.{:03}  {text}", at / 1000, at % 1000));
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.lines.unwrap_or_default().join("\n")
    }
}

/// Adds a line to a world's trace; the words are not even formatted when nobody records.
macro_rules! tell {
    ($world:expr, $($words:tt)*) => {
        if $world.trace.is_recording() {
            let now = $world.clock.now;
            $world.trace.line(now, format_args!($($words)*));
        }
    };
}
pub(crate) use tell;
