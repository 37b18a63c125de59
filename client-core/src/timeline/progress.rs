//! What the other side says about messages that are in the log.

use super::Timeline;
use crate::ids::{LocalId, ServerId};
use crate::message::{Attachment, Author, Delivery};

impl Timeline {
    /// The other side has got or seen a message of the visitor. Answers its id if that is news: it never goes back.
    pub(crate) fn progressed(&mut self, id: &ServerId, delivery: Delivery) -> Option<LocalId> {
        let own = id.0.parse::<LocalId>().ok();
        let is_meant = |message: &&mut crate::message::Message| {
            message.author == Author::Visitor
                && (message.server_id.as_ref() == Some(id) || (own.is_some() && message.local_id == own))
        };
        let message = self.messages.iter_mut().rev().find(is_meant)?;
        let earlier = match delivery {
            Delivery::Delivered => message.status == Delivery::Sent,
            Delivery::Read => matches!(message.status, Delivery::Sent | Delivery::Delivered),
            _ => false,
        };
        if !earlier {
            return None;
        }
        message.status = delivery;
        message.local_id
    }

    /// The server removed a message. Answers whether it was there.
    pub(crate) fn remove_by_server(&mut self, id: &ServerId) -> bool {
        let before = self.messages.len();
        self.messages.retain(|message| message.server_id.as_ref() != Some(id));
        self.messages.len() < before
    }

    /// The files of a message of the visitor, as far as they are known now.
    pub(crate) fn set_files(&mut self, id: LocalId, index: usize, file: Attachment) {
        if let Some(message) = self.find_mut(id)
            && let Some(place) = message.attachments.get_mut(index)
        {
            *place = file;
        }
    }

    /// Whether a message of the visitor has this id on the server.
    pub(crate) fn is_own(&self, id: &ServerId) -> bool {
        let local = id.0.parse::<LocalId>().ok();
        self.messages.iter().rev().any(|message| {
            message.author == Author::Visitor
                && (message.server_id.as_ref() == Some(id) || (local.is_some() && message.local_id == local))
        })
    }
}
