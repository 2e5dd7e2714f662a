//! Rows of a table from another system: asked for by a person, never called from outside.

use tern_domain::IdSource as _;
use tern_domain::topic::{BotSettings, RequestLimits, TableSource, Unknown};
use tern_engine::{EdgeIds, OutsideError, ask_outside};

use super::row_import::ReadRows;
use super::rows::load_table;
use super::topics::read_topics;
use crate::app::App;
use crate::dto::{FillFromHttp, ImportReport, TableSourceView};
use crate::error::{ApiError, ErrorCode};
use crate::import::{RawRow, RawTable, RowProblem};
use crate::words;

/// A list may take longer than an answer that a customer waits for, and be longer.
const LIMITS: RequestLimits = RequestLimits {
    millis: 30_000,
    bytes: 8_000_000,
};

impl App {
    /// Looks at the rows that another system has and says what they would change; or brings in, in one transaction,
    /// what was looked at. The request keeps to what topics keep to: allowed hosts, no private network, no
    /// redirect, a secret of the keychain.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for an address that may not be asked, an answer that holds no rows, or a look
    /// that is not kept any more;
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    pub async fn fill_from_http(&self, request: FillFromHttp) -> Result<ImportReport, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let source = from_view(request.source);
        if let Some(token) = request.looked {
            let rows = desk
                .looked_at
                .find(&token, (request.table.as_str(), &source), desk.now())
                .ok_or_else(not_kept)?;
            let done = self
                .take_rows_in(request.table, read(rows, source), false)
                .await?;
            desk.looked_at.forget(&token);
            return Ok(done);
        }
        let name = request.table.clone();
        let (table, settings) = desk
            .store
            .read(move |conn| Ok((load_table(conn, &name)?, read_topics(conn)?.shelf.settings)))
            .await
            .map_err(|error| words::store(&error))?;
        let asked = source.request().ok_or_else(no_address)?;
        let settings = BotSettings {
            request_limits: LIMITS,
            ..settings
        };
        let secrets = desk.bot_secrets();
        let answer = ask_outside(&asked, &settings, &*secrets)
            .await
            .map_err(|error| told(&error, &asked.host, source.secret.as_deref()))?;
        let rows = source.rows(&table, &answer).map_err(|problem| {
            let remedy = "Look at what the address answers, and at where in it the list is.";
            ApiError::new(ErrorCode::InvalidInput, words::sentence(&problem), remedy)
        })?;
        if rows.rows.is_empty() {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "The other system's list is empty.",
                "",
            ));
        }
        let lines = (1_u32..).zip(rows.rows);
        let file = RawTable {
            headings: rows.headings,
            rows: lines
                .map(|(line, row)| match row {
                    Ok(cells) => RawRow {
                        line,
                        cells,
                        problem: None,
                    },
                    Err(words) => RawRow {
                        line,
                        cells: Vec::new(),
                        problem: Some(RowProblem(words)),
                    },
                })
                .collect(),
        };
        let (table, now) = (request.table, desk.now());
        let looked = read(file.clone(), source.clone());
        let mut report = self.take_rows_in(table.clone(), looked, true).await?;
        let token = EdgeIds::new(&*desk.clock()).uuid();
        let kept = desk.looked_at.keep(token, (table, source), file, now);
        report.looked = Some(kept);
        Ok(report)
    }
}

fn read(file: RawTable, source: TableSource) -> ReadRows {
    ReadRows {
        file,
        format: "JSON",
        encoding: "UTF-8",
        source: Some(source),
    }
}

fn not_kept() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "What you looked at is not kept any more.",
        "Look again: the other system may say something else by now.",
    )
}

fn from_view(view: TableSourceView) -> TableSource {
    TableSource {
        url: view.url.trim().to_owned(),
        secret: view.secret.filter(|name| !name.is_empty()),
        path: view.path.trim().to_owned(),
        fields: view.fields,
        unknown: Unknown::new(),
    }
}

fn no_address() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "This is no address that can be asked.",
        "Write one that begins with https:// and names a host.",
    )
}

/// Why there is no answer, and what to do about it.
fn told(error: &OutsideError, host: &str, secret: Option<&str>) -> ApiError {
    let secret = secret.unwrap_or_default();
    let (what, remedy) = match error {
        OutsideError::NotAllowed => (
            format!("Tern may not ask {host}."),
            "An administrator can add the host to the allowed ones, on the page Virtual agent.",
        ),
        OutsideError::NoPublicAddress => (
            format!("{host} leads into a private network, where Tern asks nobody."),
            "Use an address that is open to the internet.",
        ),
        OutsideError::NoSecret => (
            format!("There is no secret “{secret}”, or it cannot be read now."),
            "Add it on the page Virtual agent, or choose another one.",
        ),
        OutsideError::Resolve(_) => (
            format!("There is no host called {host}."),
            "Check the address, and whether you are online.",
        ),
        OutsideError::Reach(_) => (
            format!("{host} did not answer in time."),
            "Try again later. If it stays so, ask whoever runs that system.",
        ),
        OutsideError::Refused(status @ 300..=399) => (
            format!("{host} sends us to another address ({status}), which Tern does not follow."),
            "Write the address that it leads to.",
        ),
        OutsideError::Refused(status @ (401 | 403)) => (
            format!("{host} does not let us in ({status})."),
            "Check the secret.",
        ),
        OutsideError::Refused(status) => (
            format!("{host} refused the request ({status})."),
            "Check the address, or ask whoever runs that system.",
        ),
        OutsideError::TooLarge => (
            format!(
                "The answer of {host} is larger than {} MB.",
                LIMITS.bytes / 1_000_000
            ),
            "Ask for fewer rows, if the address allows that.",
        ),
        OutsideError::NoJson => (
            format!("What {host} answered is no JSON."),
            "Check the address: it has to be one for programs, not for people.",
        ),
    };
    ApiError::new(ErrorCode::InvalidInput, what, remedy)
}
