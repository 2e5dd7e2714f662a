//! Walking lists page by page.
//!
//! Owns the check of Twilio's `next_page_uri`: it is followed verbatim, but only below the own account's path
//! on the configured host, since the credential travels with it. It refuses to walk in a circle.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::error::{Operation, TwilioError};
use crate::transport::{Answer, Call, Transport};

/// The largest page Twilio serves.
pub(crate) const LARGEST_PAGE: u16 = 1000;

/// One page of any list.
pub(crate) struct Page {
    pub(crate) rows: Vec<Value>,
    pub(crate) next: Option<Url>,
    pub(crate) server_time: Option<Timestamp>,
}

impl Transport {
    pub(crate) async fn page(
        &self,
        operation: Operation,
        url: Url,
        key: &'static str,
    ) -> Result<Page, TwilioError> {
        let answer = self.call(Call::read(operation, url)).await?;
        let mut body = answer.json()?;
        let rows = match body.get_mut(key).map(Value::take) {
            Some(Value::Array(rows)) => rows,
            _ => return Err(answer.unreadable("the list is missing")),
        };
        let next = self.next_url(&answer, &body)?;
        Ok(Page {
            rows,
            next,
            server_time: answer.server_time,
        })
    }

    /// Every row of a list that is known to be short.
    pub(crate) async fn all_rows(
        &self,
        operation: Operation,
        first: Url,
        key: &'static str,
    ) -> Result<Vec<Value>, TwilioError> {
        let mut seen = HashSet::new();
        let mut rows = Vec::new();
        let mut next = Some(first);
        while let Some(url) = next.filter(|url| seen.insert(url.clone())) {
            let page = self.page(operation, url, key).await?;
            rows.extend(page.rows);
            next = page.next;
        }
        Ok(rows)
    }

    fn next_url(&self, answer: &Answer, body: &Value) -> Result<Option<Url>, TwilioError> {
        let Some(uri) = body.get("next_page_uri").and_then(Value::as_str) else {
            return Ok(None);
        };
        if uri.is_empty() {
            return Ok(None);
        }
        let base = self.config.base_url.url();
        let url = base
            .join(uri)
            .map_err(|_| answer.unreadable("the next page's address is malformed"))?;
        let below_account = url
            .path()
            .strip_prefix(&self.account_path())
            .is_some_and(|rest| rest.starts_with('/'));
        if url.origin() == base.origin() && url.username().is_empty() && below_account {
            Ok(Some(url))
        } else {
            Err(answer.unreadable("the next page's address leaves the account"))
        }
    }
}
