//! Bad days to practise: no network, texts that do not arrive, an answer that is lost.
//!
//! The line itself is asked what is in force, so that what the window shows survives a restart of either.
//! Faults that somebody else armed on the line are left alone.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::{Control, ControlError};
use crate::dto::PracticeConditions;

#[derive(Deserialize)]
struct Armed {
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    id: u64,
    kind: String,
    error_code: Option<u32>,
    endpoint: String,
    /// None: until cleared.
    remaining: Option<u32>,
}

impl Fault {
    fn is_spent(&self) -> bool {
        self.remaining == Some(0)
    }

    fn is_network_off(&self) -> bool {
        self.kind == "network_off"
    }

    fn is_delivery_failure(&self) -> bool {
        self.kind == "delivery_failure"
    }

    fn is_lost_answer(&self) -> bool {
        self.kind == "drop_connection_before_answer" && self.endpoint == "create_message"
    }
}

impl Control {
    /// Conditions in force.
    pub(crate) async fn conditions(&self) -> Result<PracticeConditions, ControlError> {
        Ok(read(&self.armed().await?))
    }

    /// Changes the conditions to these and answers what is in force then.
    pub(crate) async fn set_conditions(
        &self,
        wanted: PracticeConditions,
    ) -> Result<PracticeConditions, ControlError> {
        let armed = self.armed().await?;
        let now = read(&armed);
        // Going online comes last and going offline first, so that nothing slips through in between.
        if wanted.network_off && !now.network_off {
            self.arm(json!({ "kind": "network_off", "mode": "refuse" }))
                .await?;
        }
        if wanted.delivery_failure != now.delivery_failure {
            self.clear(&armed, Fault::is_delivery_failure).await?;
            if let Some(error_code) = wanted.delivery_failure {
                self.arm(
                    json!({ "kind": "delivery_failure", "error_code": error_code, "times": 0 }),
                )
                .await?;
            }
        }
        if wanted.lose_next_answer != now.lose_next_answer {
            self.clear(&armed, Fault::is_lost_answer).await?;
            if wanted.lose_next_answer {
                self.arm(json!({
                    "kind": "drop_connection_before_answer",
                    "endpoint": "create_message",
                }))
                .await?;
            }
        }
        if !wanted.network_off && now.network_off {
            self.clear(&armed, Fault::is_network_off).await?;
        }
        self.conditions().await
    }

    async fn armed(&self) -> Result<Vec<Fault>, ControlError> {
        let armed: Armed = self.exchange(Method::GET, "/sim/faults", None).await?;
        Ok(armed
            .faults
            .into_iter()
            .filter(|fault| !fault.is_spent())
            .collect())
    }

    async fn arm(&self, fault: Value) -> Result<(), ControlError> {
        self.exchange::<Value>(Method::POST, "/sim/faults", Some(fault))
            .await
            .map(drop)
    }

    async fn clear(
        &self,
        armed: &[Fault],
        is_meant: fn(&Fault) -> bool,
    ) -> Result<(), ControlError> {
        for fault in armed.iter().filter(|fault| is_meant(fault)) {
            let path = format!("/sim/faults/{}", fault.id);
            self.exchange::<Value>(Method::DELETE, &path, None).await?;
        }
        Ok(())
    }
}

fn read(armed: &[Fault]) -> PracticeConditions {
    PracticeConditions {
        network_off: armed.iter().any(Fault::is_network_off),
        delivery_failure: armed
            .iter()
            .find(|fault| fault.is_delivery_failure())
            .and_then(|fault| fault.error_code),
        lose_next_answer: armed.iter().any(Fault::is_lost_answer),
    }
}
