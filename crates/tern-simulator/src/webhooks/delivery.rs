//! Calling a webhook: attempts, fallback, and what is made of the answer. Owns the alerts that Twilio
//! would raise. Timeouts run in real time, because the peer that is waited for does.

use std::time::Duration;

use reqwest::{Client, Response};

use super::overrides::{Overrides, RetryOn};
use super::twiml::{self, MAX_TWIML_BYTES, TwimlMessage};
use super::{WebhookJob, WebhookKind, WebhookTarget};
use crate::exchange::Exchange;
use crate::signature;
use crate::state::journal::DeliveryEntry;
use crate::state::numbers::WebhookMethod;

/// A webhook that got no usable answer.
#[derive(Clone, Copy, Debug)]
struct Failure {
    code: u32,
    text: &'static str,
}

/// What an attempt came to.
enum Attempt {
    Answered(Response),
    Failed {
        failure: Failure,
        retry_on: Option<RetryOn>,
    },
}

/// Delivers one webhook, with whatever retries and fallback belong to it.
pub(crate) async fn deliver(exchange: Exchange, job: WebhookJob) {
    // Whoever waits for this one may go on even if it fails or is dropped at shutdown.
    let _done = job.done.clone().drop_guard();
    if let Some(previous) = &job.wait_for {
        previous.cancelled().await;
    }
    for _ in 0..job.copies {
        let mut outcome = call(&exchange, &job, &job.target).await;
        if let (Err(failure), Some(fallback)) = (&outcome, &job.fallback) {
            alert(&exchange, &job, *failure, &job.target);
            outcome = call(&exchange, &job, fallback).await;
        }
        match (outcome, job.kind) {
            (Ok(replies), WebhookKind::Inbound(message)) => {
                let refused = exchange.act(|carrier, now| {
                    let (effects, refused) = carrier.reply(message, replies, now);
                    (effects, refused)
                });
                for code in refused {
                    alert(
                        &exchange,
                        &job,
                        Failure {
                            code,
                            text: "a reply in TwiML was refused",
                        },
                        &job.target,
                    );
                }
            }
            (Ok(_), WebhookKind::StatusCallback) => {}
            (Err(failure), _) => alert(
                &exchange,
                &job,
                failure,
                job.fallback.as_ref().unwrap_or(&job.target),
            ),
        }
    }
}

/// Calls one address, retrying as its overrides say, and reads the answer.
async fn call(
    exchange: &Exchange,
    job: &WebhookJob,
    target: &WebhookTarget,
) -> Result<Vec<TwimlMessage>, Failure> {
    let overrides = Overrides::of(&target.url);
    let whole = async {
        let client = exchange.webhook_client(overrides.connect_timeout);
        let mut attempt_number = 0;
        loop {
            attempt_number += 1;
            match attempt(
                exchange,
                client.as_ref(),
                job,
                target,
                &overrides,
                attempt_number,
            )
            .await
            {
                Attempt::Answered(response) => {
                    return read_answer(job, response, overrides.read_timeout).await;
                }
                Attempt::Failed { failure, retry_on } => {
                    let again = retry_on.is_some_and(|outcome| overrides.retries_on(outcome));
                    if !again || attempt_number > overrides.retries {
                        return Err(failure);
                    }
                }
            }
        }
    };
    tokio::time::timeout(overrides.total_timeout, whole)
        .await
        .unwrap_or(Err(Failure {
            code: 11205,
            text: "the webhook took longer than it may",
        }))
}

async fn attempt(
    exchange: &Exchange,
    client: Option<&Client>,
    job: &WebhookJob,
    target: &WebhookTarget,
    overrides: &Overrides,
    number: u32,
) -> Attempt {
    let outcome = match client.filter(|_| !exchange.network_is_off()) {
        Some(client) => send(exchange, client, job, target, overrides.read_timeout).await,
        None => Attempt::Failed {
            failure: Failure {
                code: 11205,
                text: "no connection to the webhook",
            },
            retry_on: Some(RetryOn::Connect),
        },
    };
    let status = match &outcome {
        Attempt::Answered(response) => Some(response.status().as_u16()),
        Attempt::Failed {
            retry_on: Some(RetryOn::Status4xx),
            ..
        } => Some(400),
        Attempt::Failed {
            retry_on: Some(RetryOn::Status5xx),
            ..
        } => Some(500),
        Attempt::Failed { .. } => None,
    };
    exchange.look(|carrier, now| {
        carrier.journal.deliveries.push(DeliveryEntry {
            at: now.to_iso(),
            url: target.url.clone(),
            kind: job.kind_name(),
            message_sid: job.message_sid.to_string(),
            message_status: job.message_status.as_str().to_owned(),
            attempt: number,
            status,
        });
    });
    outcome
}

async fn send(
    exchange: &Exchange,
    client: &Client,
    job: &WebhookJob,
    target: &WebhookTarget,
    read: Duration,
) -> Attempt {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&job.params)
        .finish();
    let url = target
        .url
        .split_once('#')
        .map_or(target.url.as_str(), |(url, _)| url);
    let token = exchange.auth_token();
    let request = match target.method {
        WebhookMethod::Post => {
            let signature = signature::sign(&token, url, &job.params);
            client
                .post(url)
                .header("X-Twilio-Signature", signature)
                .header(
                    "Content-Type",
                    "application/x-www-form-urlencoded; charset=UTF-8",
                )
                .body(form)
        }
        WebhookMethod::Get => {
            let separator = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{separator}{form}");
            let signature = signature::sign(&token, &url, &[]);
            client.get(url).header("X-Twilio-Signature", signature)
        }
    };
    let request = request
        .header("I-Twilio-Idempotency-Token", job.idempotency_token.as_str())
        .header("User-Agent", "TwilioProxy/1.1")
        .header("Accept", "*/*");
    match tokio::time::timeout(read, request.send()).await {
        Err(_) => Attempt::Failed {
            failure: Failure {
                code: 11205,
                text: "the webhook did not answer in time",
            },
            retry_on: Some(RetryOn::Read),
        },
        Ok(Err(error)) if error.is_builder() => Attempt::Failed {
            failure: Failure {
                code: 11100,
                text: "the webhook's address is not a URL",
            },
            retry_on: None,
        },
        Ok(Err(error)) => Attempt::Failed {
            failure: Failure {
                code: 11205,
                text: "no connection to the webhook",
            },
            retry_on: Some(if error.is_connect() {
                RetryOn::Connect
            } else {
                RetryOn::Read
            }),
        },
        Ok(Ok(response)) => match response.status() {
            status if status.is_success() => Attempt::Answered(response),
            status => Attempt::Failed {
                failure: Failure {
                    code: 11200,
                    text: "the webhook answered with an error",
                },
                retry_on: match (status.is_client_error(), status.is_server_error()) {
                    (true, _) => Some(RetryOn::Status4xx),
                    (_, true) => Some(RetryOn::Status5xx),
                    _ => None,
                },
            },
        },
    }
}

/// Reads the answer to an inbound webhook: TwiML, or plain text to be sent back.
async fn read_answer(
    job: &WebhookJob,
    response: Response,
    read: Duration,
) -> Result<Vec<TwimlMessage>, Failure> {
    if job.kind == WebhookKind::StatusCallback
        || response.status() == reqwest::StatusCode::NO_CONTENT
    {
        return Ok(Vec::new());
    }
    let content_type = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
    let text = match tokio::time::timeout(read, response.text()).await {
        Ok(Ok(text)) => text,
        _ => {
            return Err(Failure {
                code: 11205,
                text: "the webhook's answer broke off",
            });
        }
    };
    if text.len() > MAX_TWIML_BYTES {
        return Err(Failure {
            code: 11750,
            text: "the webhook's answer is larger than 64 kB",
        });
    }
    match content_type.as_deref() {
        Some("text/xml" | "application/xml" | "text/html") if text.trim().is_empty() => {
            Ok(Vec::new())
        }
        Some("text/xml" | "application/xml" | "text/html") => {
            twiml::parse(&text).map_err(|_| Failure {
                code: 12100,
                text: "the webhook's TwiML cannot be read",
            })
        }
        Some("text/plain") if text.trim().is_empty() => Ok(Vec::new()),
        Some("text/plain") => Ok(vec![TwimlMessage {
            body: text,
            ..TwimlMessage::default()
        }]),
        _ => Err(Failure {
            code: 12300,
            text: "the webhook's answer has no usable content type",
        }),
    }
}

fn alert(exchange: &Exchange, job: &WebhookJob, failure: Failure, target: &WebhookTarget) {
    exchange.look(|carrier, now| {
        carrier.alert(
            now,
            failure.code,
            failure.text,
            job.message_sid,
            Some(target.url.clone()),
        );
    });
}
