//! The practice line: a Twilio look-alike on loopback with handsets and faults that can be armed.
//!
//! It speaks Twilio's API over real HTTP and is used by the app's practice mode, the tests and the
//! benchmarks. **Its state is kept in memory only** and is gone when it stops. It shares no code with
//! Tern's Twilio client, on purpose: what both got wrong in the same way would cancel out.
//!
//! ```no_run
//! # async fn example() -> Result<(), tern_simulator::SimulatorError> {
//! use tern_simulator::{Simulator, SimulatorConfig};
//!
//! let practice = Simulator::start(SimulatorConfig::default()).await?;
//! let base_url = practice.base_url();
//! let account = practice.account();
//! // … point a Twilio client at `base_url` with the credentials of `account` …
//! practice.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod address;
mod api;
mod clock;
mod config;
mod control;
mod error;
mod exchange;
mod graphemes;
mod gsm7;
mod history;
mod keywords;
mod listener;
mod media_fetch;
mod phrases;
mod refusal;
mod segments;
mod sid;
mod signature;
mod simulator;
mod state;
mod webhooks;
mod wire;

pub use config::{LifeCycle, NumberAbilities, NumberConfig, PracticeAccount, SimulatorConfig};
pub use error::SimulatorError;
pub use history::HistoryPlan;
pub use simulator::Simulator;
