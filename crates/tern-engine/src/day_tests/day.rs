//! The day itself: one encrypted file, one set of tasks that are run by hand, one clock.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tern_domain::agents::{PresenceCause, plan_presence};
use tern_domain::{
    Actor, ConversationKey, ConversationState, IdSource, MessageId, Millis, NoteId, Plan, UtcMillis,
};
use tern_store::{DatabaseKey, FactScope, FileName, InteractionOutline, OpenConfig, Store};
use tokio::runtime::Runtime;
use tokio::sync::broadcast::Receiver;

use super::alerting::{self, DayDesk, Raised};
use super::file::File;
use super::people::Said;
use super::promises::{self, Kept};
use super::setting::{MORNING, actions, agent, client, key, ours, presence_state, routing};
use super::steps::{Age, Step};
use crate::clock::Clock;
use crate::config::{EngineConfig, Policy, Tuning};
use crate::core::Core;
use crate::event::EngineEvent;
use crate::ids::EdgeIds;
use crate::ingest::Arrival;
use crate::media_host::NoMediaHost;
use crate::screen::SharedScreen;
use crate::sync::go_live;

pub(super) const KEY: [u8; 32] = [0x42; 32];

/// A clock that stands still until it is moved.
pub(super) struct DayClock(AtomicI64);

impl Clock for DayClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }
}

pub(super) struct Day {
    pub(super) core: Core,
    pub(super) clock: Arc<DayClock>,
    pub(super) said: Option<Said>,
    /// Notes that agents wrote, oldest first.
    pub(super) notes: Vec<NoteId>,
    /// Texts that agents wrote, oldest first.
    pub(super) written: Vec<MessageId>,
    /// Texts of ours that the carrier has, as its list shows them.
    pub(super) at_carrier: Vec<Value>,
    pub(super) file: File,
    pub(super) runtime: Runtime,
    pub(super) alert_desk: Arc<DayDesk>,
    /// What the tasks announce.
    pub(super) heard: Receiver<EngineEvent>,
    pub(super) raised: Raised,
    pub(super) folder: tempfile::TempDir,
    /// What the carrier's list shows of customers' texts.
    texts: BTreeMap<u8, Value>,
    kept: Kept,
}

impl Day {
    pub(super) fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(DayClock(AtomicI64::new(MORNING.0)));
        let alert_desk = alerting::desk();
        let core = open(folder.path(), &clock, &alert_desk);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime
            .block_on(go_live(&core.store, super::setting::LIVE))
            .unwrap();
        set_up(&core.store, &clock);
        runtime.block_on(core.load_topics()).unwrap();
        Self {
            file: File::read(folder.path(), &KEY),
            heard: core.events.subscribe(),
            core,
            clock,
            alert_desk,
            raised: Raised::new(),
            said: None,
            notes: Vec::new(),
            written: Vec::new(),
            at_carrier: Vec::new(),
            runtime,
            folder,
            texts: BTreeMap::new(),
            kept: Kept::default(),
        }
    }

    pub(super) fn now(&self) -> UtcMillis {
        self.clock.now()
    }

    /// Takes a step and holds the file against what Tern promises.
    pub(super) fn take(&mut self, step: Step) {
        let is_routing = matches!(step, Step::Route);
        if step.who().is_none_or(|who| self.works_here(who)) {
            self.carry_out(step);
        }
        self.count_a_little();
        let before = self.look();
        self.repetitions_are_due();
        promises::keep(&mut self.kept, &before, &self.file, is_routing);
        self.views_look_at_what_is_open();
        for (number, text) in &self.texts {
            let sid = text["sid"].as_str().unwrap();
            let times = self.file.times_stored(sid);
            assert_eq!(times, 1, "text {number} is stored {times} times");
        }
    }

    /// Saved views and queues are asked over the interaction that is open, not over an earlier one.
    fn views_look_at_what_is_open(&self) {
        let now = self.now();
        let looked = self
            .core
            .store
            .read_blocking(move |conn| conn.list_fact_rows(FactScope::Open, true, now))
            .unwrap();
        for found in looked {
            let id = found.conversation.0;
            // What is only wrapped up is open as well.
            let open = self.file.active_in(id).or_else(|| self.file.latest_in(id));
            let open = open.map(InteractionOutline::from);
            assert_eq!(found.interaction, open, "looked at, then open");
        }
    }

    /// Reads the file again; answers how it was.
    pub(super) fn look(&mut self) -> File {
        let now = File::read(self.folder.path(), &KEY);
        std::mem::replace(&mut self.file, now)
    }

    /// The file is whole, and its log was not tampered with.
    pub(super) fn end(self) {
        self.figures_are_those_of_a_new_count();
        self.core
            .store
            .read_blocking(|conn| {
                conn.check_integrity()?;
                conn.verify_event_chain()
            })
            .unwrap();
        self.core.store.close();
    }

    fn carry_out(&mut self, step: Step) {
        match step {
            Step::Text {
                number,
                from,
                words,
                age,
            } => self.text(number, from, words, age),
            Step::Act { who, on, act } => self.act(who, on, act),
            Step::Mark { who, on, mark } => self.mark(who, on, mark),
            Step::MarkAndUndo { who, on, mark } => self.mark_and_undo(who, on, mark),
            Step::HandOn { who, on, to } => self.hand_on(who, on, to),
            Step::HandOnAndBack { who, on, to } => self.hand_on_and_back(who, on, to),
            Step::Answer { offer, answer } => self.answer(offer, answer),
            Step::Presence { who, state } => self.presence(who, state),
            Step::Write { who, on, to, held } => drop(self.write(who, on, to, held)),
            Step::WriteAndRecall { who, on } => self.write_and_recall(who, on),
            Step::Recall { text } => self.recall(text),
            Step::Send(outcome) => self.send(outcome),
            Step::Settle(verdict) => self.settle(verdict),
            Step::Report { text, status } => self.report(text, status),
            Step::Identify { who, of, act } => _ = self.identify(who, of, act),
            Step::IdentifyAndUndo { who, of, act } => {
                self.and_undo(|day| day.identify(who, of, act));
            }
            Step::Undo => self.undo(),
            Step::Phone { person, of } => _ = self.phone(person, of),
            Step::PhoneAndUndo { person, of } => self.and_undo(|day| day.phone(person, of)),
            Step::Forget { person } => _ = self.save(person, None),
            Step::ForgetAndUndo { person } => self.and_undo(|day| day.save(person, None)),
            Step::Leave { who, heir } => self.leave(who, heir),
            Step::ComeBack { who } => self.come_back(who),
            Step::Group {
                who,
                on,
                whom,
                joins,
            } => self.group(who, on, whom, joins),
            Step::Note { who, on, whispers } => self.note(who, on, whispers),
            Step::ForgetNote { who, note } => self.forget_note(who, note),
            Step::Terms { terms, undone } => self.configure_wrap_up(terms, undone),
            Step::Wrap { who, on, wrap } => self.wrap(who, on, wrap),
            Step::Sweep => {
                self.runtime
                    .block_on(crate::wrap_up::look(&self.core, None))
                    .unwrap();
            }
            Step::Notify { on, subject } => self.notify(on, subject),
            Step::Look { on } => self.look_at(on),
            Step::HandBack { who, on } => self.hand_back(who, on),
            Step::Autopilot { who, on, topic } => self.autopilot(who, on, topic),
            Step::Bot { on } => self.switch_bot(on),
            Step::Switch { action } => self.switch(action),
            Step::Wait { seconds } => self.move_clock(seconds),
            Step::ClockBack { seconds } => self.move_clock(-seconds),
            Step::Timers => {
                self.runtime
                    .block_on(crate::timers::fire_due(&self.core))
                    .unwrap();
            }
            Step::Route => {
                self.runtime
                    .block_on(crate::routing::reconcile(&self.core))
                    .unwrap();
            }
            Step::Restart => self.restart(),
        }
    }

    fn move_clock(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(super) fn restart(&mut self) {
        self.core.store.close();
        self.core = open(self.folder.path(), &self.clock, &self.alert_desk);
        self.heard = self.core.events.subscribe();
        self.runtime.block_on(async {
            self.core.load_topics().await.unwrap();
            self.core.ingest.recover().await.unwrap();
            crate::outbox::recover(&self.core).await.unwrap();
        });
    }

    fn text(&mut self, number: u8, from: usize, words: &str, age: Age) {
        let now = self.now();
        let key = key(from);
        let row = self.texts.entry(number).or_insert_with(|| {
            let created_at = match age {
                Age::Fresh => now,
                Age::Late => now - Millis::hours(2),
                Age::History => super::setting::LIVE - Millis::hours(1),
            };
            row(&key, true, u64::from(number), words, "received", created_at)
        });
        let arrival = Arrival::Row(row.clone());
        self.arrive(arrival);
    }

    pub(super) fn arrive(&self, arrival: Arrival) {
        self.runtime
            .block_on(self.core.ingest.accept(arrival))
            .unwrap();
    }

    fn presence(&self, who: usize, state: usize) {
        let clock = self.clock.clone();
        let _applied = self
            .core
            .store
            .write_blocking(move |tx| {
                let config = tx.load_routing_config()?;
                let wanted = presence_state(state);
                let to = config.presence.iter().find(|it| it.id == wanted).unwrap();
                let agent = config.agent(agent(who)).unwrap();
                let now_in = tx.load_presence()?.get(&agent.id).copied();
                let because = (Actor::Agent(agent.id), PresenceCause::Chosen);
                let ids = &mut EdgeIds::new(&*clock);
                let plan =
                    plan_presence(agent, now_in.as_ref(), to, because, clock.now(), ids).unwrap();
                tx.apply(&plan)
            })
            .unwrap();
    }

    fn switch(&self, action: usize) {
        self.core
            .store
            .write_blocking(move |tx| {
                let mut actions = tx.list_messaging_actions()?;
                let index = action % actions.len();
                actions[index].is_active = !actions[index].is_active;
                tx.replace_messaging_actions(&actions)
            })
            .unwrap();
    }

    /// Plans for a conversation and commits in one transaction. `None` is a refusal of the rules.
    pub(super) fn plan<P>(&self, key: ConversationKey, plan: P) -> bool
    where
        P: FnOnce(&ConversationState, UtcMillis, &mut dyn IdSource) -> Option<Plan>
            + Send
            + 'static,
    {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let state = tx.load_conversation_state(&key, None)?;
                match plan(&state, clock.now(), &mut EdgeIds::new(&*clock)) {
                    Some(plan) => tx.apply(&plan).map(|_| true),
                    None => Ok(false),
                }
            })
            .unwrap()
    }
}

/// A row of the carrier's list.
pub(super) fn row(
    key: &ConversationKey,
    inbound: bool,
    number: u64,
    body: &str,
    status: &str,
    at: UtcMillis,
) -> Value {
    let (theirs, ours) = (key.requester.as_str(), key.provider.as_str());
    let (from, to) = if inbound {
        (theirs, ours)
    } else {
        (ours, theirs)
    };
    let at = jiff::Timestamp::from_millisecond(at.0)
        .unwrap()
        .to_zoned(TimeZone::UTC);
    json!({
        "sid": format!("SM{:032x}", u128::from(number) | u128::from(!inbound) << 100),
        "from": from, "to": to, "body": body,
        "direction": if inbound { "inbound" } else { "outbound-api" },
        "status": status, "num_segments": "1", "num_media": "0",
        "error_code": (status == "undelivered").then_some(30003),
        "date_created": jiff::fmt::rfc2822::to_string(&at).unwrap(),
    })
}

fn open(folder: &Path, clock: &Arc<DayClock>, alert_desk: &Arc<DayDesk>) -> Core {
    let name = FileName::new("account").unwrap();
    let key = DatabaseKey::from_bytes(KEY);
    let store = Store::open(&OpenConfig::new(folder.to_owned(), name, key)).unwrap();
    Core::new(EngineConfig {
        store,
        client: client(),
        media_host: Arc::new(NoMediaHost),
        status_callback: None,
        clock: clock.clone(),
        numbers: vec![ours(0), ours(1)],
        tuning: Tuning::default(),
        policy: Policy::default(),
        screen: SharedScreen::default(),
        bot: crate::config::BotConfig::default(),
        alert_desk: alert_desk.clone(),
    })
}

fn set_up(store: &Store, clock: &Arc<DayClock>) {
    let clock = clock.clone();
    store
        .write_blocking(move |tx| {
            let ids = &mut EdgeIds::new(&*clock);
            let config = tx.load_routing_config()?;
            let _applied = tx.apply(&config.plan(routing(), Actor::System, clock.now(), ids))?;
            let actions = actions(tx.list_messaging_actions()?);
            super::answering::publish(tx)?;
            tx.replace_messaging_actions(&actions)
        })
        .unwrap();
}
