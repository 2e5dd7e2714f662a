//! The envelope of the 2010 API's lists. Owns page arithmetic and the relative page addresses.

use serde_json::{Map, Value, json};

use super::ApiRequest;
use crate::refusal::Refusal;

const DEFAULT_PAGE_SIZE: usize = 50;
const MAX_PAGE_SIZE: usize = 1000;

/// Which page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) size: usize,
    pub(super) index: usize,
    pub(super) token: Option<String>,
}

impl PageRequest {
    /// Reads `PageSize`, `Page` and `PageToken`. A size above 1000 is cut to 1000.
    pub(super) fn read(request: &ApiRequest) -> Result<Self, Refusal> {
        let number = |name: &str, default: usize| match request.query.find_filled(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::bad_request(20001, format!("Invalid {name}"))),
        };
        let size: usize = number("PageSize", DEFAULT_PAGE_SIZE)?;
        if size == 0 {
            return Err(Refusal::bad_request(20001, "Invalid PageSize"));
        }
        Ok(Self {
            size: size.min(MAX_PAGE_SIZE),
            index: number("Page", 0)?,
            token: request
                .query
                .find_filled("PageToken")
                .map(ToOwned::to_owned),
        })
    }
}

/// One page of a list, and the tokens of its neighbours.
pub(super) struct Page {
    pub(super) key: &'static str,
    pub(super) items: Vec<Value>,
    pub(super) next_token: Option<String>,
    pub(super) previous_token: Option<String>,
}

impl Page {
    /// The envelope around the page.
    pub(super) fn wrap(self, request: &ApiRequest, page: &PageRequest) -> Value {
        let start = page.index.saturating_mul(page.size);
        let address = |index: usize, token: Option<&str>| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in &request.query.0 {
                if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
                    query.append_pair(name, value);
                }
            }
            query
                .append_pair("PageSize", &page.size.to_string())
                .append_pair("Page", &index.to_string());
            if let Some(token) = token {
                query.append_pair("PageToken", token);
            }
            format!("{}?{}", request.path, query.finish())
        };
        let mut envelope = Map::new();
        envelope.insert("start".to_owned(), json!(start));
        envelope.insert(
            "end".to_owned(),
            json!(start.saturating_add(self.items.len().saturating_sub(1))),
        );
        envelope.insert("page".to_owned(), json!(page.index));
        envelope.insert("page_size".to_owned(), json!(page.size));
        envelope.insert(
            "uri".to_owned(),
            json!(address(page.index, page.token.as_deref())),
        );
        envelope.insert("first_page_uri".to_owned(), json!(address(0, None)));
        let next = self
            .next_token
            .map(|token| address(page.index + 1, Some(&token)));
        envelope.insert("next_page_uri".to_owned(), json!(next));
        let previous = self
            .previous_token
            .filter(|_| page.index > 0)
            .map(|token| address(page.index - 1, Some(&token)));
        envelope.insert("previous_page_uri".to_owned(), json!(previous));
        envelope.insert(self.key.to_owned(), Value::from(self.items));
        Value::from(envelope)
    }
}
