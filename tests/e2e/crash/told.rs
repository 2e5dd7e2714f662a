//! One run in which a notification goes to many people while the process dies and is started again: everybody gets it
//! once, or is shown as somebody of whom nobody can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use tern_domain::notification::Notification;
use tern_domain::subscription::Subscription;
use tern_domain::verification::AccountLink;
use tern_domain::{
    Address, Channel, Effect, MessagingProfile, Person, PersonDetails, PersonId, PersonKind,
    PhoneNumber, Plan, ProfileId, ProfileStanding, UtcMillis,
};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store};
use uuid::Uuid;

use super::play::{KEY, Outcome, Run, carrier, text};
use super::scenario::Scenario;

/// More than have room in the outbox at the same time.
const PEOPLE: u32 = 45;
const ID: Uuid = Uuid::from_u128(0x7e11);
const BODY: &str = "The shift of Friday is free.";
const SINCE: UtcMillis = UtcMillis(1_790_000_000_000);

/// Plays one run; the error says which promise was broken.
pub(super) async fn tell(scenario: Scenario) -> Result<Outcome, String> {
    let simulator = carrier().await?;
    let mut run = Run::start(scenario, &simulator, None).await?;
    let outcome = run.tell().await;
    drop(run);
    simulator.shutdown().await;
    outcome
}

fn number_of(index: u32) -> String {
    format!("+1415555{:04}", 2000 + index)
}

fn definition() -> Result<Notification, String> {
    serde_json::from_value(json!({
        "id": ID, "name": "A shift", "is_active": true, "trigger": { "type": "event" },
        "recipients": { "roles": ["driver"] },
        "content": { "heading": "", "body": { "type": "simple", "text": BODY } },
    }))
    .map_err(|error| error.to_string())
}

/// People who have linked their phones and want notifications, as linking by text leaves them.
fn prepare(folder: &Path) -> Result<(), String> {
    let mut key = [0; 32];
    hex::decode_to_slice(KEY, &mut key).expect("a hexadecimal key of 256 bits");
    let config = OpenConfig::new(
        folder.to_owned(),
        FileName::new("practice").expect("a name"),
        DatabaseKey::from_bytes(key),
    );
    let store = Store::open(&config).map_err(|error| error.to_string())?;
    let definition = definition()?;
    let prepared = store.write_blocking(move |tx| {
        tx.put_notification(&definition)?;
        let _applied = tx.apply(&Plan {
            events: Vec::new(),
            effects: (0..PEOPLE).flat_map(linked).collect(),
        })?;
        Ok(())
    });
    prepared.map_err(|error| error.to_string())?;
    store.close();
    Ok(())
}

fn linked(index: u32) -> [Effect; 4] {
    let person = PersonId::new(Uuid::from_u128(0xd000 + u128::from(index)));
    let profile = ProfileId::new(Uuid::from_u128(0xe000 + u128::from(index)));
    let number = PhoneNumber::parse(&number_of(index)).expect("a number");
    [
        Effect::SetPerson(Box::new(Person {
            id: person,
            details: PersonDetails {
                kind: PersonKind::User,
                name: format!("Driver {index}"),
                mobile_phone: Some(number.clone()),
                roles: ["Driver".to_owned()].into(),
                ..PersonDetails::default()
            },
        })),
        Effect::SetProfile(Box::new(MessagingProfile {
            id: profile,
            channel: Channel::Sms,
            address: Address::Phone(number),
            standing: ProfileStanding {
                bound_to: Some(person),
                active: true,
                ..ProfileStanding::default()
            },
            created_at: SINCE,
            updated_at: SINCE,
            version: 1,
        })),
        Effect::SetAccountLink {
            profile,
            link: Some(AccountLink {
                person,
                linked_at: SINCE,
            }),
        },
        Effect::SetSubscription {
            profile,
            subscription: Subscription {
                is_on: true,
                changed_at: SINCE,
            },
        },
    ]
}

impl Run {
    async fn tell(&mut self) -> Result<Outcome, String> {
        for index in 0..PEOPLE {
            let handset = json!({ "e164": number_of(index) });
            self.post("/sim/handsets", &handset).await?;
        }
        self.call("list_notifications", &json!({})).await?;
        self.arm_after(prepare).await?;
        if let Some(fault) = self.scenario.fault.arm() {
            self.post("/sim/faults", &fault).await?;
        }
        let run = self.begin().await?;
        loop {
            match self.weigh_run(run).await? {
                Ok(uncertain) => {
                    return Ok(Outcome {
                        killed: self.killed,
                        uncertain,
                        resolved: 0,
                    });
                }
                Err(awaited) => self.breathe(&awaited).await?,
            }
        }
    }

    /// A word that may have died with the process is not said twice: whether it was heard is looked up.
    async fn begin(&mut self) -> Result<i64, String> {
        let (id, send) = (
            json!({ "id": ID }),
            json!({ "id": ID, "parm1": "", "parm2": "" }),
        );
        loop {
            let runs = self.call("notification_runs", &id).await?;
            if let Some(run) = runs[0]["run"].as_i64() {
                return Ok(run);
            }
            if let Ok(Err(error)) = self.server.call("send_notification", &send).await
                && error["code"] != "notReady"
            {
                return Err(format!("send_notification: {error}"));
            }
            self.breathe("the run to begin").await?;
        }
    }

    /// How many nobody can tell of, or what is still under way.
    async fn weigh_run(&mut self, run: i64) -> Result<Result<u32, String>, String> {
        let asked = json!({ "run": run, "state": null, "after": null });
        let page = self.call("run_results", &asked).await?;
        if page["run"]["state"] != "done" {
            return Ok(Err("the run to be done".to_owned()));
        }
        let rows = page["rows"].as_array().ok_or("no result")?;
        let who: BTreeSet<_> = rows.iter().map(|row| row["name"].as_str()).collect();
        let people = PEOPLE as usize;
        if (rows.len(), who.len()) != (people, people) {
            return Err(format!("{} results for {} people", rows.len(), who.len()));
        }
        let mut uncertain = 0;
        for row in rows {
            let (name, mark) = (&row["name"], row["mark"].as_str().unwrap_or_default());
            let index = name.as_str().and_then(|name| name.split(' ').next_back());
            let index: u32 = index.and_then(|index| index.parse().ok()).ok_or("who?")?;
            match (mark, self.created_for(&number_of(index)).await?) {
                (_, more) if more > 1 => return Err(format!("{name} got it {more} times")),
                ("sent" | "delivered", 1) => {}
                ("sent" | "delivered", _) => {
                    return Err(format!("{name} is {mark} without a text"));
                }
                ("uncertain", 0) => uncertain += 1,
                _ => return Ok(Err(format!("{name} to settle: {}", row["words"]))),
            }
        }
        let status = self.call("app_status", &json!({})).await?;
        match status["uncertainSends"].as_u64() {
            Some(listed) if listed == u64::from(uncertain) => Ok(Ok(uncertain)),
            listed => Ok(Err(format!("{uncertain} to be listed, {listed:?} are"))),
        }
    }

    async fn created_for(&self, number: &str) -> Result<u64, String> {
        let to = number.replace('+', "%2B");
        let url = format!("{}/sim/messages?direction=outbound&to={to}", self.control);
        let answer = self.http.get(url).send().await.map_err(text)?;
        let answer: Value = answer.json().await.map_err(text)?;
        let created: BTreeMap<String, u64> =
            serde_json::from_value(answer["by_body"].clone()).map_err(|error| error.to_string())?;
        Ok(created.get(BODY).copied().unwrap_or(0))
    }
}
