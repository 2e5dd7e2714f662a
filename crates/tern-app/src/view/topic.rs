//! Topics and tables as a window sees them.

use tern_domain::topic::{
    ChangeKind, ColumnKind, FileProblem, Finding, RecordColumn, RecordTable, SetupTopic, Severity,
    TableSource, TopicFile, TopicKind,
};
use tern_store::RecordRow;

use crate::dto::{
    ColumnKindView, RecordColumnView, RecordRowView, TableSourceView, TopicChange, TopicChangeKind,
    TopicChangeLine, TopicFinding, TopicKindView, TopicProblem, TopicSeverity, TopicSummary,
};

/// A finding.
pub(crate) fn finding(finding: Finding) -> TopicFinding {
    TopicFinding {
        node: finding.node,
        severity: match finding.severity {
            Severity::Hint => TopicSeverity::Hint,
            Severity::Warning => TopicSeverity::Warning,
            Severity::Error => TopicSeverity::Error,
        },
        code: finding.code.to_owned(),
        what: finding.what,
        why: finding.why,
        fix: finding.fix,
    }
}

/// Why a file cannot be read.
pub(crate) fn problem(problem: FileProblem) -> TopicProblem {
    TopicProblem {
        line: Some(problem.line),
        what: problem.words,
    }
}

/// What a topic is.
pub(crate) const fn kind(kind: TopicKind) -> TopicKindView {
    match kind {
        TopicKind::Topic => TopicKindView::Topic,
        TopicKind::Block => TopicKindView::Block,
        TopicKind::Setup => TopicKindView::Setup,
        TopicKind::SmallTalk => TopicKindView::SmallTalk,
    }
}

/// What a part of every conversation is there for (V-28).
pub(crate) const fn part(part: SetupTopic) -> &'static str {
    match part {
        SetupTopic::Greeting => "Said first",
        SetupTopic::Capabilities => "Said when somebody asks for help",
        SetupTopic::Fallback => "Said when nothing was understood",
        SetupTopic::LiveAgentSupport => "Said when somebody asks for a person",
        SetupTopic::LinkAccount => "Asks who it is, by PIN and code",
        SetupTopic::ResetVerification => "Said when somebody lost PIN or authenticator",
        SetupTopic::ErrorHandling => "Said when a topic fails, before a person takes over",
        SetupTopic::AnythingElse => "Asked after a finished topic",
        SetupTopic::Survey => "Asked of some at the end",
        SetupTopic::Closing => "Said at the end",
    }
}

/// A topic that others can name.
pub(crate) fn summary(file: &TopicFile) -> TopicSummary {
    TopicSummary {
        name: file.name.clone(),
        display_name: file.display_name.clone(),
        kind: kind(file.kind),
        inputs: file.inputs.clone(),
        outputs: file.outputs.clone(),
    }
}

/// A difference between two versions.
pub(crate) fn change(change: tern_domain::topic::TopicChange) -> TopicChange {
    TopicChange {
        node: change.node,
        title: change.title,
        kind: match change.kind {
            ChangeKind::Added => TopicChangeKind::Added,
            ChangeKind::Removed => TopicChangeKind::Removed,
            ChangeKind::Changed => TopicChangeKind::Changed,
        },
        lines: change
            .lines
            .into_iter()
            .map(|line| TopicChangeLine {
                what: line.what,
                before: line.before,
                after: line.after,
            })
            .collect(),
    }
}

/// A column.
pub(crate) fn column(column: &RecordColumn) -> RecordColumnView {
    RecordColumnView {
        name: column.name.clone(),
        label: column.label.clone(),
        kind: match column.kind {
            ColumnKind::Text => ColumnKindView::Text,
            ColumnKind::Number => ColumnKindView::Number,
            ColumnKind::Flag => ColumnKindView::Flag,
            ColumnKind::Phone => ColumnKindView::Phone,
            ColumnKind::Date => ColumnKindView::Date,
            ColumnKind::Link => ColumnKindView::Link,
        },
    }
}

/// Where the rows of a table are.
pub(crate) fn source(source: TableSource) -> TableSourceView {
    TableSourceView {
        url: source.url,
        secret: source.secret,
        path: source.path,
        fields: source.fields,
    }
}

/// What a column holds.
pub(crate) const fn column_kind(kind: ColumnKindView) -> ColumnKind {
    match kind {
        ColumnKindView::Text => ColumnKind::Text,
        ColumnKindView::Number => ColumnKind::Number,
        ColumnKindView::Flag => ColumnKind::Flag,
        ColumnKindView::Phone => ColumnKind::Phone,
        ColumnKindView::Date => ColumnKind::Date,
        ColumnKindView::Link => ColumnKind::Link,
    }
}

/// A row, every value as text.
pub(crate) fn row(table: &RecordTable, row: &RecordRow) -> RecordRowView {
    RecordRowView {
        id: row.id.to_string(),
        cells: table
            .columns
            .iter()
            .filter_map(|column| {
                let value = row.values.get(&column.name)?;
                Some((column.name.clone(), value.to_text()))
            })
            .collect(),
        changed_at: row.changed_at.0,
        changed_by: row.changed_by.clone(),
    }
}
