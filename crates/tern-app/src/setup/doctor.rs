//! The set-up doctor: turns what a visit to the account learned into findings in plain words.
//!
//! Pure on purpose: the visit (network) and the judgement (this) are apart, so that every condition can be
//! tested without an account that has it.

use jiff::Timestamp;
use tern_twilio::{AccountCheck, AccountStanding, BaseUrl, IncomingNumber, TwilioError};

use super::findings::{self, CredentialClue};
use super::number;
use crate::dto::{DoctorCheck, DoctorReport, Finding, FindingLevel};

/// Beyond this, the times on screen mislead.
const WORST_GOOD_SKEW_SECONDS: i64 = 60;

/// What was learned about the account's numbers.
pub(crate) enum VisitedNumbers {
    /// Not asked: the credentials failed before.
    NotAsked,
    /// Asked, refused or cut off.
    Failed(TwilioError),
    /// The account's numbers.
    Listed(Vec<IncomingNumber>),
}

/// Everything a visit to the account learned.
pub(crate) struct Visit {
    /// Where it went.
    pub(crate) base_url: BaseUrl,
    /// What the credential looks like; never the credential itself.
    pub(crate) clue: CredentialClue,
    /// Whether it was accepted.
    pub(crate) check: Result<AccountCheck, TwilioError>,
    /// The numbers.
    pub(crate) numbers: VisitedNumbers,
    /// This laptop's clock at the time.
    pub(crate) now: Timestamp,
    /// A place for outbound pictures is set up.
    pub(crate) has_media_host: bool,
    /// Host of the webhook that this team set up for Tern, if any.
    pub(crate) own_webhook_host: Option<String>,
}

/// The whole report.
pub(crate) fn diagnose(visit: &Visit) -> DoctorReport {
    let mut report = DoctorReport {
        account_name: None,
        trial: false,
        findings: Vec::new(),
        numbers: Vec::new(),
        can_connect: false,
    };
    match &visit.check {
        Ok(check) => {
            report
                .findings
                .push(findings::network_fine(&visit.base_url));
            report
                .findings
                .push(findings::credentials_fine(check.checked_with));
            look_at_account(check.standing.as_ref(), &mut report);
            look_at_clock(check, visit.now, &mut report);
        }
        Err(error) => report
            .findings
            .push(findings::refused_visit(error, visit.clue)),
    }
    match &visit.numbers {
        VisitedNumbers::NotAsked => {}
        VisitedNumbers::Failed(error) => report.findings.push(findings::numbers_refused(error)),
        VisitedNumbers::Listed(numbers) => look_at_numbers(visit, numbers, &mut report),
    }
    report.can_connect = report.numbers.iter().any(|number| number.usable)
        && report
            .findings
            .iter()
            .all(|finding| finding.level != FindingLevel::Problem);
    report
}

/// The report when what was typed cannot even be tried.
pub(crate) fn unusable_input(check: DoctorCheck, title: &str, remedy: &str) -> DoctorReport {
    DoctorReport {
        account_name: None,
        trial: false,
        findings: vec![findings::finding(
            check,
            FindingLevel::Problem,
            title,
            "",
            remedy,
        )],
        numbers: Vec::new(),
        can_connect: false,
    }
}

fn look_at_account(standing: Option<&AccountStanding>, report: &mut DoctorReport) {
    let Some(standing) = standing else {
        // A standard API key may not read its account; what it may do shows in the numbers.
        return;
    };
    report.account_name = standing.friendly_name.clone();
    report.trial = standing.is_trial();
    report.findings.push(findings::account(standing));
}

fn look_at_clock(check: &AccountCheck, now: Timestamp, report: &mut DoctorReport) {
    if let Some(skew) = check.clock_skew_at(now) {
        let seconds = skew.as_secs();
        report
            .findings
            .push(if seconds.abs() > WORST_GOOD_SKEW_SECONDS {
                findings::clock_off(seconds)
            } else {
                findings::clock_fine()
            });
    }
}

fn look_at_numbers(visit: &Visit, numbers: &[IncomingNumber], report: &mut DoctorReport) {
    let own_host = visit.own_webhook_host.as_deref();
    report.numbers = numbers
        .iter()
        .map(|number| number::check(number, own_host))
        .collect();
    let usable = report.numbers.iter().filter(|number| number.usable).count();
    report
        .findings
        .push(findings::numbers(numbers.len(), usable));
    let webhooks: Vec<Finding> = numbers
        .iter()
        .filter(|number| number.capabilities.sms)
        .map(|number| number::webhook_finding(number, own_host))
        .collect();
    report.findings.extend(webhooks);
    if usable > 0 {
        let can_carry = report
            .numbers
            .iter()
            .any(|number| number.usable && number.mms);
        report
            .findings
            .push(findings::pictures(can_carry, visit.has_media_host));
    }
}
