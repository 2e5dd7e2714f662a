//! One figure: what was measured, what is promised, and how it reads.

use std::fmt;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

/// What a figure promises.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// Not above.
    AtMost(f64),
    /// Not below.
    AtLeast(f64),
    /// Only told.
    None,
}

/// A measured figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// What it is.
    pub(crate) name: String,
    /// The measured value.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// What is promised.
    pub(crate) target: Target,
    /// More about it: other percentiles, the bare peer.
    pub(crate) note: String,
}

impl Figure {
    pub(crate) fn is_met(&self) -> bool {
        match self.target {
            Target::AtMost(most) => self.value <= most,
            Target::AtLeast(least) => self.value >= least,
            Target::None => true,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target {
            Target::AtMost(most) => format!("≤ {most}"),
            Target::AtLeast(least) => format!("≥ {least}"),
            Target::None => String::new(),
        };
        let verdict = match (self.target, self.is_met()) {
            (Target::None, _) => "",
            (_, true) => "ok",
            (_, false) => "MISSED",
        };
        write!(
            formatter,
            "{:<46} {:>10.2} {:<6} {:>8} {:<6}  {}",
            self.name, self.value, self.unit, target, verdict, self.note
        )
    }
}

/// All figures of one run.
pub(crate) struct Report {
    /// Texts that were seeded.
    pub(crate) messages: u64,
    /// In the order of the table.
    pub(crate) figures: Vec<Figure>,
}

impl Report {
    /// Whether every target was met.
    pub(crate) fn is_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    messages: u64,
    figures: Vec<Judged<'a>>,
}

#[derive(Serialize)]
struct Judged<'a> {
    #[serde(flatten)]
    figure: &'a Figure,
    met: bool,
}

/// Writes all runs as one JSON document.
pub(crate) fn write_json(path: &Path, reports: &[Report]) -> anyhow::Result<()> {
    let documents: Vec<Document<'_>> = reports
        .iter()
        .map(|report| Document {
            messages: report.messages,
            figures: report
                .figures
                .iter()
                .map(|figure| Judged {
                    figure,
                    met: figure.is_met(),
                })
                .collect(),
        })
        .collect();
    let text = serde_json::to_string_pretty(&documents)?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
