//! The JSON Schema of topic files and record tables, made from the types that read them.

use super::file::TopicFile;
use super::record::RecordTable;

/// The schema of a topic file, as it is committed beside this crate.
#[must_use]
pub fn topic_schema() -> String {
    pretty(&schemars::schema_for!(TopicFile))
}

/// The schema of a record table's definition.
#[must_use]
pub fn record_table_schema() -> String {
    pretty(&schemars::schema_for!(RecordTable))
}

fn pretty(schema: &schemars::Schema) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}
