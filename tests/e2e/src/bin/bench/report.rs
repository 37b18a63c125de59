//! Tables: this project beside two others.

use std::fmt::Write;

/// The clients, in the order of the columns.
pub(crate) const KINDS: [&str; 3] = ["visavis", "raw", "tungstenite"];

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    /// This project's, then the others'; `None` where there is nothing to compare with.
    pub(crate) values: [Option<f64>; 3],
    /// What the design asks for, in words.
    pub(crate) budget: &'static str,
}

impl Row {
    /// The row holds a figure of the project alone.
    pub(crate) fn alone(what: &str, unit: &'static str, value: f64, budget: &'static str) -> Self {
        Self {
            what: what.to_owned(),
            unit,
            values: [Some(value), None, None],
            budget,
        }
    }

    fn ratio(&self, beside: usize) -> String {
        match (self.values[0], self.values[beside]) {
            (Some(own), Some(other)) if other > 0.0 => format!("{:.2}", own / other),
            _ => "-".to_owned(),
        }
    }
}

/// What this project is compared with.
pub(crate) struct Other {
    pub(crate) name: &'static str,
    /// Its name in the heading of a ratio.
    pub(crate) short: &'static str,
}

/// Rows that are compared with the same two.
pub(crate) struct Table {
    pub(crate) others: [Other; 2],
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// In Markdown, so that it can go into a document as it is.
    pub(crate) fn text(&self) -> String {
        let [first, second] = &self.others;
        let mut text = format!(
            "| what | unit | visavis | {} | {} | visavis / {} | visavis / {} | budget |\n\
             | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n",
            first.name, second.name, first.short, second.short
        );
        for row in &self.rows {
            let [own, first, second] = row.values.map(figure);
            let (by_first, by_second) = (row.ratio(1), row.ratio(2));
            let _ = writeln!(
                text,
                "| {} | {} | {own} | {first} | {second} | {by_first} | {by_second} | {} |",
                row.what, row.unit, row.budget
            );
        }
        text
    }
}

fn figure(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value >= 1_000.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_figures_and_ratios() {
        let row = Row {
            what: "round trip".to_owned(),
            unit: "us",
            values: [Some(36.0), Some(30.0), Some(32.0)],
            budget: "1.35 x raw",
        };
        let table = Table {
            others: ["raw", "other"].map(|name| Other { name, short: name }),
            rows: vec![row, Row::alone("step", "ns", 900.0, "")],
        };
        let text = table.text();
        assert!(text.contains("visavis / raw | visavis / other |"), "{text}");
        assert!(
            text.contains("| round trip | us | 36.0 | 30.0 | 32.0 | 1.20 | 1.12 | 1.35 x raw |"),
            "{text}"
        );
        assert!(text.contains("| step | ns | 900.0 | - | - | - | - |  |"), "{text}");
    }
}
