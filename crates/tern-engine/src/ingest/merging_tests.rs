//! Any interleaving of polls, webhooks and delivery reports ends in the same store.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tern_domain::{ConversationKey, DeliveryStatus, PhoneNumber, UtcMillis};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store, ThreadAnchor};

use super::{Arrival, Ingest};
use crate::bot::BotDesk;
use crate::clock::Clock;
use crate::config::Policy;
use crate::signals::Events;
use crate::sync::go_live;

const OURS: &str = "+14155550100";
const REQUESTERS: [&str; 2] = ["+14155550123", "+14155550124"];
/// 24 May 2019, 17:44:46.
const NOW: UtcMillis = UtcMillis(1_558_719_886_000);

struct Still;

impl Clock for Still {
    fn now(&self) -> UtcMillis {
        NOW
    }
}

/// One message at the carrier, and how far it got.
#[derive(Debug, Clone)]
struct Message {
    requester: &'static str,
    inbound: bool,
    fails: bool,
}

impl Message {
    fn sid(n: usize) -> String {
        format!("SM{n:032x}")
    }

    fn life(&self) -> Vec<&'static str> {
        match (self.inbound, self.fails) {
            (true, _) => vec!["receiving", "received"],
            (false, false) => vec!["queued", "sending", "sent", "delivered"],
            (false, true) => vec!["queued", "sending", "sent", "undelivered"],
        }
    }

    fn sides(&self) -> (&'static str, &'static str) {
        if self.inbound {
            (self.requester, OURS)
        } else {
            (OURS, self.requester)
        }
    }

    fn row(&self, n: usize, status: &str) -> Value {
        let (from, to) = self.sides();
        json!({
            "sid": Self::sid(n), "from": from, "to": to, "body": format!("text {n}"),
            "direction": if self.inbound { "inbound" } else { "outbound-api" },
            "status": status, "num_segments": "1", "num_media": "0",
            "error_code": (status == "undelivered").then_some(30003),
            "date_created": "Fri, 24 May 2019 17:44:46 +0000",
        })
    }

    fn form(&self, n: usize, status: &str) -> Vec<(String, String)> {
        let (from, to) = self.sides();
        let sid = Self::sid(n);
        let body = format!("text {n}");
        [
            ("MessageSid", sid.as_str()),
            ("From", from),
            ("To", to),
            ("Body", body.as_str()),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("MessageStatus", status),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Everything the carrier ever says of it.
    fn arrivals(&self, n: usize) -> Vec<Arrival> {
        let rows = self
            .life()
            .into_iter()
            .map(|status| Arrival::Row(self.row(n, status)));
        let pushed = self.life().into_iter().map(|status| {
            if self.inbound {
                Arrival::Webhook(self.form(n, "received"))
            } else {
                Arrival::StatusCallback(self.form(n, status))
            }
        });
        rows.chain(pushed).collect()
    }

    /// What the list says in the end.
    fn last_row(&self, n: usize) -> Arrival {
        Arrival::Row(self.row(n, self.life().last().unwrap()))
    }
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let message = (0..REQUESTERS.len(), any::<bool>(), any::<bool>()).prop_map(
        |(requester, inbound, fails)| Message {
            requester: REQUESTERS[requester],
            inbound,
            fails,
        },
    );
    prop::collection::vec(message, 1..5)
}

/// Messages, and all that is said of them, shuffled, some of it twice, some never.
fn storms() -> impl Strategy<Value = (Vec<Message>, Vec<Arrival>)> {
    messages().prop_flat_map(|messages| {
        let all: Vec<_> = messages
            .iter()
            .enumerate()
            .flat_map(|(n, message)| message.arrivals(n))
            .collect();
        let twice: Vec<_> = all.iter().cloned().chain(all.iter().cloned()).collect();
        let count = twice.len();
        let storm = prop::sample::subsequence(twice, 0..=count).prop_shuffle();
        (Just(messages), storm)
    })
}

/// What the window would show: per requester the texts by SID, the unread count and the list.
async fn outcome(arrivals: Vec<Arrival>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let name = FileName::new("practice").unwrap();
    let key = DatabaseKey::from_bytes([7; 32]);
    let store = Store::open(&OpenConfig::new(folder.path().to_owned(), name, key)).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(Still);
    go_live(&store, NOW).await.unwrap();
    let bot = BotDesk::without_engine(clock.clone(), vec![PhoneNumber::parse(OURS).unwrap()]);
    let ingest = Ingest::new(
        store.clone(),
        clock,
        Policy::default(),
        bot,
        Events::new(),
        Arc::default(),
        Arc::default(),
    );
    for arrival in arrivals {
        ingest.accept(arrival).await.unwrap();
    }
    let shown = store
        .read(|conn| {
            assert!(conn.list_unfinished_journal(None, 1)?.is_empty());
            let mut shown = Vec::new();
            for requester in REQUESTERS {
                let key = ConversationKey::sms(requester.into(), PhoneNumber::parse(OURS).unwrap());
                let Some(id) = conn.find_conversation(&key)? else {
                    continue;
                };
                let row = conn.load_conversation(id)?;
                let mut texts = conn.list_messages(id, ThreadAnchor::Latest, 100)?.messages;
                texts.sort_by_key(|text| text.sid.clone());
                shown.extend(texts.iter().map(|text| {
                    assert!(
                        text.status.is_final() || matches!(text.status, DeliveryStatus::Unknown(_))
                    );
                    format!(
                        "{:?} {} {} {:?}",
                        text.sid,
                        text.body.as_str(),
                        text.status,
                        text.error_code
                    )
                }));
                shown.push(format!(
                    "{} {:?} {}",
                    row.message_count, row.list, row.unread_count
                ));
            }
            Ok(shown)
        })
        .await
        .unwrap();
    tokio::task::spawn_blocking(move || store.close())
        .await
        .unwrap();
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn r_8_any_interleaving_of_polls_and_webhooks_gives_the_same_store((messages, storm) in storms()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let last: Vec<_> = messages.iter().enumerate().map(|(n, message)| message.last_row(n)).collect();
        let calm = runtime.block_on(outcome(last.clone()));
        let stormy = runtime.block_on(outcome(storm.into_iter().chain(last).collect()));
        prop_assert_eq!(calm, stormy);
    }
}
