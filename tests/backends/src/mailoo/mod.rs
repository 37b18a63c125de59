//! Mailoo's chat ("JSBOX"): the API that a site's server calls with its key, the owner's side, both sockets, and a small site in front.
//!
//! Bodies of answers and events are not published; what is told here are the spellings that the vendor's sibling calls suggest. The
//! shape of pushed frames can be chosen, as a client must live with any.
//!
//! | route | who | |
//! | --- | --- | --- |
//! | `POST /api/v1/webhooks/chat/{project}/integrations` | key | creates an integration |
//! | `POST /api/v1/webhooks/chat/{project}/{integration}/messages` | key | a visitor's message |
//! | `GET …/{integration}/sessions/{session}/messages?since=` | key | a visitor's conversation |
//! | `GET …/{integration}/status` | key | whether somebody is there |
//! | `POST /api/v1/webhooks/messages/{integration}` | key | the older path of a message |
//! | `GET /api/v1/chat/{integration}/sessions`, `…/{session}/messages`, `POST …/{session}/reply` | owner | the dashboard |
//! | `GET /api/v1/chat/visitor-ws`, `GET /api/v1/chat/ws` | anybody, owner | the sockets |
//! | `POST /api/v1/webhooks/chat/submit`, `GET …/messages`, `GET /api/v1/internal/chat-ws-origin` | browser | [the site in front](Settings::site) |

mod answer;
mod api;
mod control;
mod faults;
mod handle;
mod model;
mod operator;
mod owner;
mod service;
mod settings;
mod site;
mod socket;

pub use faults::Route;
pub use handle::MailooHandle;
pub use model::{Direction, Integration, Message, Person};
pub use service::{Counts, Mailoo};
pub use settings::{Access, Key, PushShape, Scope, Settings};
