//! An answer of the assistant while it comes.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing that happens while the assistant answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Say(String),
    UseTool { name: &'static str, input: Value },
    ToolResult { name: &'static str, result: Value },
}

/// What a stream tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    Start,
    Step(Step),
    /// The answer is stored under `sk`.
    End {
        sk: String,
        text: String,
    },
    Error(&'static str),
}

/// How an answer comes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// The stream ends with an error; what was said is not stored.
    Error,
    /// Nothing more comes; the whole answer is stored for the history.
    Silence,
    /// The customer's connections are cut; the whole answer is stored for the history.
    Cut,
}

/// An interruption that is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Break {
    /// Steps that still come before it.
    pub(crate) after: usize,
    pub(crate) kind: Interruption,
}

/// An answer that is not finished.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Id of the question, under which the answer streams.
    pub(crate) question: String,
    steps: VecDeque<Step>,
    said: String,
    pub(crate) is_announced: bool,
    planned: Option<Break>,
}

impl Answer {
    pub(crate) fn new(question: &str, steps: Vec<Step>, planned: Option<Break>) -> Self {
        Self {
            question: question.to_owned(),
            steps: steps.into(),
            said: String::new(),
            is_announced: false,
            planned,
        }
    }

    /// Takes the next step, or tells that the answer breaks off here.
    pub(crate) fn advance(&mut self) -> Result<Option<Step>, Interruption> {
        if let Some(planned) = &mut self.planned {
            if planned.after == 0 {
                return Err(planned.kind);
            }
            planned.after -= 1;
        }
        let step = self.steps.pop_front();
        if let Some(Step::Say(words)) = &step {
            self.said.push_str(words);
        }
        Ok(step)
    }

    /// What was said so far.
    pub(crate) fn said(&self) -> &str {
        self.said.trim_end()
    }

    /// The whole answer, whether it was heard or not.
    pub(crate) fn whole(mut self) -> String {
        for step in &self.steps {
            if let Step::Say(words) = step {
                self.said.push_str(words);
            }
        }
        self.said().to_owned()
    }
}
