//! Who took what, in the log: written before the file is in its place, so that no file is without it.

use tern_archive::Counts;
use tern_domain::export::{Export, ExportOf, plan_export};
use tern_domain::file_key::FileKeyHistory;
use tern_domain::{Actor, AggregateRef, FileId, IdSource as _};
use tern_engine::{Clock, EdgeIds};
use tern_store::{Store, StoreError};

use super::{ExportPlan, Reads};
use crate::records::Record;

/// Says in the log who took what.
pub(super) fn record(
    store: &Store,
    clock: &dyn Clock,
    plan: &ExportPlan,
    counts: Counts,
    digest: [u8; 32],
) -> Result<(), StoreError> {
    let now = clock.now();
    let ids: Vec<uuid::Uuid> = {
        let mut ids = EdgeIds::new(clock);
        vec![ids.uuid(), ids.uuid()]
    };
    let export = Export {
        of: plan.of,
        transcript: plan.transcript,
        texts: counts.texts,
        attached: counts.attached,
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let conversation = match (&plan.reads, plan.of) {
        (Reads::Conversations(ids), ExportOf::Conversation) => ids.first().copied(),
        _ => None,
    };
    let actor = Actor::Agent(plan.agent);
    let of = plan.of;
    store.write_blocking(move |tx| {
        let mut ids = Given(ids);
        let aggregate = match (of, conversation) {
            (ExportOf::Conversation, Some(id)) => {
                AggregateRef::Conversation(tx.load_conversation(id)?.key)
            }
            (ExportOf::Person { person }, _) => AggregateRef::Person(person),
            _ => {
                let name = Record::FileKey.name();
                let history = match tx.find_setting::<FileKeyHistory>(name)? {
                    Some(history) => history,
                    None => FileKeyHistory::new(FileId::new(ids.uuid())),
                };
                tx.put_setting(name, &history)?;
                AggregateRef::File(history.file)
            }
        };
        let version = tx.aggregate_version(&aggregate)?;
        let plan = plan_export(export, (aggregate, version), actor, now, &mut ids);
        tx.apply(&plan).map(drop)
    })
}

/// Ids that were made at the edge.
struct Given(Vec<uuid::Uuid>);

impl tern_domain::IdSource for Given {
    fn uuid(&mut self) -> uuid::Uuid {
        self.0.pop().unwrap_or_default()
    }
}
