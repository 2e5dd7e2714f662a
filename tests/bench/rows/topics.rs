//! The virtual agent: one turn, checking a large topic, and the tests that run before it is published.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use tern_domain::topic::{
    BotInput, BotSession, BotSettings, Phase, Said, SavedStep, SavedTest, Surroundings, TopicFile,
    TopicSet, VirtualAgent, compile, turn,
};
use tern_domain::{
    ArrivalContext, CarrierMessage, ConversationKey, DeliveryStatus, Direction, MessageSid,
    MessageText, Millis, UtcMillis, plan_arrival,
};
use tern_engine::{BotDesk, Clock, SystemClock};
use tern_store::{SettingName, Store};

use super::inbound::Counted;
use crate::corpus::Corpus;
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

const NOW: UtcMillis = UtcMillis(1_700_000_000_000);
const TESTS: u64 = 1_000;

/// Texts that are answered in the file.
const LIVE: u64 = 300;
/// Texts of one customer: nothing leaves here, and an outbox fills up only so far.
const TALK: u64 = 20;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    Ok(vec![
        one_turn()?,
        live_turn(bench)?,
        compiling()?,
        saved_tests()?,
    ])
}

/// A topic that goes round: text, value, decision and question, again and again.
fn topic(count: usize) -> anyhow::Result<TopicFile> {
    let nodes: Vec<Value> = (0..count).map(|index| node(index, count)).collect();
    let file = json!({
        "format": 1, "name": "long", "displayName": "A long talk", "start": "n3", "nodes": nodes
    });
    TopicFile::read(&file.to_string()).context("the topic cannot be read")
}

fn node(index: usize, count: usize) -> Value {
    let next = format!("n{}", (index + 1) % count);
    let id = format!("n{index}");
    match index % 4 {
        0 => json!({ "id": id, "kind": "sayText", "next": next,
            "text": "Thank you, {{ customer_name or 'and hello' }}: {{ answer }} is noted." }),
        1 => json!({ "id": id, "kind": "set", "next": next,
            "variables": [{ "name": "long_answer", "value": "size(answer) > 20" }] }),
        2 => json!({ "id": id, "kind": "decide", "branches": [
            { "when": "long_answer == true && answer.contains(\"order\")", "next": next.clone() },
            { "when": "true", "next": next }
        ] }),
        _ => json!({ "id": id, "kind": "askText", "variable": "answer", "next": next,
            "prompt": "And what else do you want to tell us?" }),
    }
}

fn set(count: usize) -> anyhow::Result<TopicSet> {
    let mut set = TopicSet::new(BotSettings::default(), []);
    let (topic, findings) = compile(topic(count)?, 1, &Surroundings::default());
    set.publish(topic.with_context(|| format!("{findings:?}"))?);
    Ok(set)
}

fn said(text: &str) -> BotInput {
    BotInput::Said(Said {
        text: text.into(),
        ..Said::default()
    })
}

fn one_turn() -> anyhow::Result<Figure> {
    let set = set(200)?;
    let begin = BotInput::Begin {
        first: Said {
            text: "a long talk".into(),
            ..Said::default()
        },
    };
    let mut session = turn(&set, BotSession::new(1, NOW), begin, NOW).session;
    let sample = Sample::take(0..2_000, |_| {
        let input = said("The order has not come yet, and I would like to know why.");
        let result = turn(
            &set,
            std::mem::replace(&mut session, BotSession::new(1, NOW)),
            input,
            NOW,
        );
        anyhow::ensure!(result.replies.len() == 2, "no answer");
        anyhow::ensure!(
            matches!(result.session.phase, Phase::Asking(_)),
            "no question"
        );
        session = result.session;
        Ok(())
    })?;
    Ok(Figure {
        name: "one turn of a topic of 200 nodes".to_owned(),
        value: sample.percentile(50) * 1_000.0,
        unit: "µs",
        target: Target::AtMost(200.0),
        note: format!("median; p99 {:.0} µs", sample.percentile(99) * 1_000.0),
    })
}

/// A text as the product takes it up: stored, heard, answered into the outbox, in one synced transaction.
fn live_turn(bench: &Bench) -> anyhow::Result<Figure> {
    let folder = bench.folder.join("served");
    std::fs::create_dir_all(&folder)?;
    let store = Store::open(&config(&folder)?)?;
    let document = topic(200)?.write();
    store.write_blocking(move |tx| {
        let agent = VirtualAgent {
            on: true,
            ..VirtualAgent::default()
        };
        tx.put_setting(SettingName("virtual_agent"), &agent)?;
        tx.put_topic_draft("long", &document, None, NOW)?;
        let version = tx.add_topic_version("long", &document, "", None, NOW)?;
        tx.set_published("long", Some(version))
    })?;
    let desk =
        BotDesk::without_engine(Arc::new(SystemClock), vec![bench.corpus.provider().clone()]);
    let topics = desk.topics().clone();
    store.read_blocking(move |conn| topics.reload(conn))?;
    let (mut whole, mut turns) = (Vec::new(), Vec::new());
    for number in 0..LIVE {
        let text = text(bench, number)?;
        let start = Instant::now();
        turns.push(answer(&store, &desk, number, text)?);
        whole.push(start.elapsed());
    }
    let written = store.read_blocking(|conn| conn.list_outbox_open())?;
    anyhow::ensure!(written.len() as u64 == 2 * LIVE, "texts were not answered");
    store.close();
    let (whole, turns) = (Sample::of(whole), Sample::of(turns));
    Ok(Figure {
        name: "text to the virtual agent, stored and answered".to_owned(),
        value: whole.percentile(50),
        unit: "ms",
        target: Target::None,
        note: format!(
            "p50 of one synced commit; p99 {:.2} ms; the turn in it: p50 {:.2} ms, p99 {:.2} ms",
            whole.percentile(99),
            turns.percentile(50),
            turns.percentile(99)
        ),
    })
}

fn text(bench: &Bench, number: u64) -> anyhow::Result<CarrierMessage> {
    let words = if number.is_multiple_of(TALK) {
        "a long talk"
    } else {
        "The order has not come yet, and I would like to know why."
    };
    let now = SystemClock.now();
    Ok(CarrierMessage {
        sid: MessageSid::parse(format!("SM{:032x}", u128::from(number) | 1 << 125))?,
        direction: Direction::Inbound,
        from: Corpus::requester(1 + number / TALK),
        to: bench.corpus.provider().clone().into(),
        body: MessageText::new(words),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: now,
        sent_at: Some(now),
        messaging_service_sid: None,
    })
}

/// Answers how long the turn itself took, with what it wrote.
fn answer(
    store: &Store,
    desk: &BotDesk,
    number: u64,
    message: CarrierMessage,
) -> anyhow::Result<Duration> {
    let key: ConversationKey = message.conversation_key()?;
    let desk = desk.clone();
    let taken = store.write_blocking(move |tx| {
        let state = tx.load_conversation_state(&key, Some(&message.sid))?;
        let context = ArrivalContext {
            now: message.created_at,
            live_since: Some(NOW),
            late_after: Millis::hours(1),
            bot_takes: true,
            command: None,
        };
        let mut ids = Counted(u128::from(number) << 64 | 1 << 127);
        let _applied = tx.apply(&plan_arrival(&state, &message, &context, &mut ids))?;
        let start = Instant::now();
        let _applied = desk.drive(tx, &key, said(message.body.as_str()))?;
        Ok(start.elapsed())
    })?;
    Ok(taken)
}

fn compiling() -> anyhow::Result<Figure> {
    let file = topic(1_000)?;
    let around = Surroundings::default();
    let sample = Sample::take(0..20, |_| {
        let (topic, _) = compile(file.clone(), 1, &around);
        anyhow::ensure!(topic.is_some(), "it does not compile");
        Ok(())
    })?;
    Ok(Figure {
        name: "compile and check a topic of 1,000 nodes".to_owned(),
        value: sample.percentile(90),
        unit: "ms",
        target: Target::AtMost(100.0),
        note: format!("p90; p50 {:.1} ms", sample.percentile(50)),
    })
}

fn saved_tests() -> anyhow::Result<Figure> {
    const TURNS: usize = 12;
    let set = set(200)?;
    let steps = (0..TURNS).map(|index| SavedStep {
        after: Millis::seconds(20),
        known: BTreeMap::new(),
        input: said(if index == 0 {
            "a long talk"
        } else {
            "Something else"
        }),
        replies: Vec::new(),
    });
    let test = SavedTest {
        name: "A long talk".to_owned(),
        seed: 1,
        began_at: NOW,
        known: BTreeMap::new(),
        steps: steps.collect(),
        unknown: serde_json::Map::new(),
    }
    .accepted(&set);
    let start = Instant::now();
    for _ in 0..TESTS {
        anyhow::ensure!(test.differences(&set).is_empty(), "a saved test differs");
    }
    Ok(Figure {
        name: format!("{TESTS} saved tests of {TURNS} turns"),
        value: start.elapsed().as_secs_f64(),
        unit: "s",
        target: Target::AtMost(5.0),
        note: String::new(),
    })
}
