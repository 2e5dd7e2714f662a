//! One inbound text: journaled, planned, committed, so that a reader sees it.

use tern_domain::{
    Address, ArrivalContext, CarrierMessage, ConversationKey, DeliveryStatus, Direction, IdSource,
    MessageSid, MessageText, Millis, UtcMillis, plan_arrival,
};
use tern_store::{JournalSource, RawArrival, Store};
use uuid::Uuid;

use crate::corpus::{Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::raw;
use crate::sample::Sample;
use crate::seed::{Bench, KEY, config};

const TEXTS: u64 = 1000;

/// Ids that count up.
pub(super) struct Counted(pub(super) u128);

impl IdSource for Counted {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let store = Store::open(&config(&bench.folder)?)?;
    let texts = (0..TEXTS)
        .map(|number| text(bench, number))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let sample = Sample::take((0_u128..).zip(texts), |(number, message)| {
        receive(&store, number, message)
    })?;
    store.close();
    let bare = bare_commits(bench)?;
    Ok(vec![
        Figure {
            name: "inbound text, received to visible".to_owned(),
            value: sample.percentile(99),
            unit: "ms",
            target: Target::AtMost(10.0),
            note: format!(
                "p99 of two synced commits; p50 {:.2} ms; one bare synced commit: p50 {:.2}, p99 {:.2} ms",
                sample.percentile(50),
                bare.percentile(50),
                bare.percentile(99)
            ),
        },
        Figure {
            name: "inbound text, ratio to two bare commits, p50".to_owned(),
            value: sample.percentile(50) / (2.0 * bare.percentile(50)),
            unit: "×",
            target: Target::None,
            note: "what Tern adds to the disk's own time".to_owned(),
        },
    ])
}

/// One small row in one synced transaction on bare SQLCipher: what the disk itself takes.
fn bare_commits(bench: &Bench) -> anyhow::Result<Sample> {
    let connection = raw::open(&bench.folder.join("commits.db"), &KEY)?;
    connection.execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT) STRICT")?;
    let mut statement = connection.prepare("INSERT INTO rows (text) VALUES (?1)")?;
    Sample::take(0..300_u64, |number| {
        statement.execute([bench.corpus.body(number)])?;
        Ok(())
    })
}

fn text(bench: &Bench, number: u64) -> anyhow::Result<CarrierMessage> {
    let at = UtcMillis(NEWEST.0 + 10_000_000 + i64::try_from(number)? * 1000);
    Ok(CarrierMessage {
        sid: MessageSid::parse(format!("SM{:032x}", u128::from(number) | 1 << 126))?,
        direction: Direction::Inbound,
        from: Corpus::requester(1 + number * 17 % 19_000),
        to: Address::from(bench.corpus.provider().clone()),
        body: MessageText::new(bench.corpus.body(number)),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: at,
        sent_at: Some(at),
        messaging_service_sid: None,
    })
}

/// The way of the product: the raw form is journaled first, then mapped, planned and applied.
fn receive(store: &Store, number: u128, message: CarrierMessage) -> anyhow::Result<()> {
    let raw = RawArrival {
        source: JournalSource::Webhook,
        sid: Some(message.sid.to_string()),
        received_at: message.created_at,
        json: serde_json::json!({ "Body": message.body.as_str(), "From": message.from.as_str() })
            .to_string(),
    };
    let journaled = store.write_blocking(move |tx| tx.journal_arrivals(&[raw]))?;
    let key: ConversationKey = message.conversation_key()?;
    let sid = message.sid.clone();
    store.write_blocking(move |tx| {
        let state = tx.load_conversation_state(&key, Some(&message.sid))?;
        let context = ArrivalContext {
            now: message.created_at,
            live_since: Some(NEWEST),
            late_after: Millis::hours(1),
            bot_takes: false,
            command: None,
        };
        let mut ids = Counted(number << 64 | 1 << 127);
        let plan = plan_arrival(&state, &message, &context, &mut ids);
        let _applied = tx.apply(&plan)?;
        tx.finish_journal(&journaled)
    })?;
    let seen = store.read_blocking(move |conn| conn.find_message_by_sid(&sid))?;
    anyhow::ensure!(seen.is_some(), "a text was lost");
    Ok(())
}
