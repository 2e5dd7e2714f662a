//! One run in which the past is fetched while the process dies and is started again: it goes on by itself, nothing is
//! missing or there twice, and which days are here is never claimed too early.

use serde_json::{Value, json};
use tern_simulator::{HistoryPlan, Simulator, SimulatorConfig};

use super::play::{Outcome, Run, text};
use super::scenario::Scenario;

/// Three of the product's pages, each of several batches.
const PAST: u64 = 2_400;

/// Plays one run; the error says which promise was broken.
pub(super) async fn fetch(scenario: Scenario) -> Result<Outcome, String> {
    let history = HistoryPlan {
        messages: PAST,
        numbers: 12,
        years: 1.0,
        seed: u64::from(scenario.number),
        until: None,
    };
    let simulator = Simulator::start(SimulatorConfig {
        history: Some(history),
        ..SimulatorConfig::default()
    })
    .await
    .map_err(|error| error.to_string())?;
    let mut run = Run::start(scenario, &simulator, None).await?;
    let outcome = run.fetch().await;
    drop(run);
    simulator.shutdown().await;
    outcome
}

impl Run {
    async fn fetch(&mut self) -> Result<Outcome, String> {
        // The newest day comes with going live; only the walk is what dies here.
        while self.call("app_status", &Value::Null).await?["connection"]["kind"] != "online" {
            self.breathe("the line to be up").await?;
        }
        self.arm().await?;
        let days = json!({ "days": null });
        self.call("start_backfill", &days).await?;
        let mut died = false;
        loop {
            let status = self.call("app_status", &Value::Null).await?;
            let is_over = status["backfill"]["state"]["kind"] == "finished";
            if self.killed && !died {
                died = true;
                self.claims_nothing_too_early().await?;
            }
            if is_over {
                break;
            }
            self.breathe("the end of the past").await?;
        }
        let at_carrier = self.at_carrier().await?;
        loop {
            let (texts, is_complete) = self.days().await?;
            if texts > at_carrier {
                return Err(format!("{texts} texts are here of {at_carrier}"));
            }
            if texts == at_carrier && is_complete {
                break;
            }
            // Texts are counted a moment after they came.
            self.breathe(&format!("{texts} texts to be {at_carrier}"))
                .await?;
        }
        Ok(Outcome {
            killed: self.killed,
            uncertain: 0,
            resolved: 0,
        })
    }

    /// As long as the walk is not over, some day is not complete.
    async fn claims_nothing_too_early(&mut self) -> Result<(), String> {
        let (_, is_complete) = self.days().await?;
        let status = self.call("app_status", &Value::Null).await?;
        if is_complete && status["backfill"]["state"]["kind"] != "finished" {
            return Err("every day is called complete in the middle of the walk".to_owned());
        }
        Ok(())
    }

    /// How many texts are here, and whether every day is complete.
    async fn days(&mut self) -> Result<(u64, bool), String> {
        let rows = self.call("past_days", &json!({ "zone": "UTC" })).await?;
        let rows = rows.as_array().ok_or("no days")?;
        let texts = rows.iter().filter_map(|row| row["texts"].as_u64()).sum();
        let is_complete = rows.iter().all(|row| row["state"] == "complete");
        Ok((texts, is_complete))
    }

    /// The account's numbers are all the team's.
    async fn at_carrier(&self) -> Result<u64, String> {
        let url = format!("{}/sim/messages", self.control);
        let answer = self.http.get(url).send().await.map_err(text)?;
        let answer: Value = answer.json().await.map_err(text)?;
        answer["count"].as_u64().ok_or("no count".to_owned())
    }
}
