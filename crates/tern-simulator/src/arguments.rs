//! The program's command line. Owns its reading and its help text.

use lexopt::prelude::*;
use tern_simulator::{HistoryPlan, LifeCycle, NumberAbilities, NumberConfig, SimulatorConfig};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
tern-simulator: Tern's practice line, a Twilio look-alike on loopback

Its state is kept in memory only and is gone when it stops. No text leaves this machine.
On start it prints one JSON line: base_url, control_url, account_sid, auth_token,
api_key_sid, api_key_secret, messaging_service_sid, numbers[].

Usage: tern-simulator [options]

  --port <port>                 loopback port of the API; 0 (default) lets the system choose
  --account-sid <AC…>           fixed account instead of a new one at each start
  --auth-token <token>          fixed auth token
  --api-key-sid <SK…>           fixed API key
  --api-key-secret <secret>     fixed secret of the API key
  --messaging-service-sid <MG…> fixed messaging service
  --number <e164>[:sms|:voice]  a number of the account (repeatable); carries SMS and MMS unless
                                limited. Default: +14155550100 and +14155550101:sms
  --sms-url <url>               webhook for inbound texts of the numbers named so far
  --seed <n>                    repeatable SIDs and secrets
  --history <n>:<m>:<y>         n past messages with m customers over y years
  --history-seed <n>            which history (default 0)
  --time-scale <factor>         length of the delivery life cycle; 0 is at once (default 1)
  --max-concurrent <n>          requests in flight above which 429 is answered (default 100)
  --allow-origin <origin>       let a web page of this origin in (repeatable)
  --trial                       behave as a trial account
  --stop-with-input             stop when standard input is closed
  -h, --help                    this text
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) config: SimulatorConfig,
    pub(crate) stop_with_input: bool,
}

impl Arguments {
    /// Reads the command line; `None` when help is wanted.
    pub(crate) fn read(mut parser: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut config = SimulatorConfig::default();
        let mut numbers = Vec::new();
        let mut history_seed = 0;
        let mut stop_with_input = false;
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("port") => config.port = parser.value()?.parse()?,
                Long("account-sid") => config.account_sid = Some(parser.value()?.string()?),
                Long("auth-token") => config.auth_token = Some(parser.value()?.string()?),
                Long("api-key-sid") => config.api_key_sid = Some(parser.value()?.string()?),
                Long("api-key-secret") => config.api_key_secret = Some(parser.value()?.string()?),
                Long("messaging-service-sid") => {
                    config.messaging_service_sid = Some(parser.value()?.string()?)
                }
                Long("number") => numbers.push(parser.value()?.parse_with(number)?),
                Long("sms-url") => {
                    let url = parser.value()?.string()?;
                    let named = if numbers.is_empty() {
                        &mut config.numbers
                    } else {
                        &mut numbers
                    };
                    for number in named {
                        number.sms_url = Some(url.clone());
                    }
                }
                Long("seed") => config.seed = Some(parser.value()?.parse()?),
                Long("history") => config.history = Some(parser.value()?.parse_with(history)?),
                Long("history-seed") => history_seed = parser.value()?.parse()?,
                Long("time-scale") => {
                    config.life_cycle = LifeCycle::default().scaled(parser.value()?.parse()?)
                }
                Long("max-concurrent") => {
                    config.max_concurrent_requests = parser.value()?.parse()?
                }
                Long("allow-origin") => config.allowed_origins.push(parser.value()?.string()?),
                Long("trial") => config.trial = true,
                Long("stop-with-input") => stop_with_input = true,
                other => return Err(other.unexpected()),
            }
        }
        if !numbers.is_empty() {
            config.numbers = numbers;
        }
        if let Some(plan) = &mut config.history {
            plan.seed = history_seed;
        }
        Ok(Some(Self {
            config,
            stop_with_input,
        }))
    }
}

fn number(text: &str) -> Result<NumberConfig, &'static str> {
    match text.split_once(':') {
        None => Ok(NumberConfig::new(text, NumberAbilities::SmsAndMms)),
        Some((e164, "sms")) => Ok(NumberConfig::new(e164, NumberAbilities::SmsOnly)),
        Some((e164, "voice")) => Ok(NumberConfig::new(e164, NumberAbilities::VoiceOnly)),
        Some(_) => Err("a number is limited by :sms or :voice"),
    }
}

fn history(text: &str) -> Result<HistoryPlan, &'static str> {
    const FORM: &str = "a history is written <messages>:<numbers>:<years>";
    let parts: Vec<&str> = text.split(':').collect();
    let [messages, numbers, years] = parts.as_slice() else {
        return Err(FORM);
    };
    Ok(HistoryPlan {
        messages: messages.parse().map_err(|_| FORM)?,
        numbers: numbers.parse().map_err(|_| FORM)?,
        years: years.parse().map_err(|_| FORM)?,
        seed: 0,
        until: None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(arguments: &[&str]) -> Result<Option<Arguments>, lexopt::Error> {
        Arguments::read(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn options_reach_the_configuration() {
        let line = "--port 0 --seed 7 --history 100:5:1.5 --history-seed 9 --number +14155550111:sms --sms-url http://127.0.0.1:1/ --trial";
        let config = read(&line.split(' ').collect::<Vec<_>>())
            .unwrap()
            .unwrap()
            .config;
        assert_eq!(config.seed, Some(7));
        assert_eq!(
            config
                .history
                .map(|plan| (plan.messages, plan.numbers, plan.seed)),
            Some((100, 5, 9))
        );
        let number = config.numbers.first().unwrap();
        assert_eq!(
            (number.abilities, number.sms_url.as_deref()),
            (NumberAbilities::SmsOnly, Some("http://127.0.0.1:1/"))
        );
        assert!(config.trial);
    }

    #[test]
    fn help_is_offered_and_nonsense_refused() {
        assert!(read(&["--help"]).unwrap().is_none());
        for wrong in [
            &["--nope"][..],
            &["--port", "x"],
            &["--history", "1:2"],
            &["--number", "+1415:fax"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
