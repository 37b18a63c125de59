//! A follower's commands on their way to the tab that leads: a name, then what belongs to it as texts, then files.

use js_sys::Array;
use visavis_client_core::{Attention, Command, Identity, Typing};

use super::Driver;
use crate::object::nullable;

#[cfg(feature = "rich")]
mod rich;

/// What a command consists of.
type Parts = [Option<String>; 4];

fn one(part: impl Into<String>) -> Parts {
    [Some(part.into()), None, None, None]
}

/// A command as another tab can read it.
pub(super) fn write(driver: &Driver, command: &Command) -> Array {
    let parts = match command {
        Command::Adopt { local_id, text, .. } => [Some(local_id.to_string()), Some(text.clone()), None, None],
        Command::Retry { local_id } | Command::Discard { local_id } => one(local_id.to_string()),
        Command::Typing(Typing::Start) => one(""),
        Command::Attend(Attention::Watching) => one(""),
        Command::Attend(Attention::Beside) => [None, Some(String::new()), None, None],
        Command::Identify(identity) => one([&identity.user_id, ":", identity.signature.expose()].concat()),
        #[cfg(feature = "rich")]
        other => rich::parts(other),
        #[cfg(not(feature = "rich"))]
        _ => Parts::default(),
    };
    let written = Array::of1(&command.name().into());
    for part in parts {
        written.push(&nullable(part));
    }
    #[cfg(feature = "rich")]
    if let Command::Adopt { files, .. } = command {
        rich::push_files(driver, files, &written);
    }
    #[cfg(not(feature = "rich"))]
    let _ = driver;
    written
}

/// What another tab has written; nothing where it is of a later version that knows more.
pub(super) fn read(driver: &Driver, written: &Array) -> Option<Command> {
    let name = written.get(0).as_string()?;
    let part = |number: u32| written.get(number).as_string();
    let id = || part(1)?.parse().ok();
    #[cfg(feature = "rich")]
    let files = rich::files(driver, written);
    #[cfg(not(feature = "rich"))]
    let (files, _) = (Vec::new(), driver);
    Some(match name.as_str() {
        "start" => Command::Start,
        "send" => Command::Adopt {
            local_id: id()?,
            text: part(2)?,
            files,
        },
        "retry" => Command::Retry { local_id: id()? },
        "discard" => Command::Discard { local_id: id()? },
        "typing" => Command::Typing(part(1).map_or(Typing::Stop, |_| Typing::Start)),
        "attend" => Command::Attend(match (part(1), part(2)) {
            (Some(_), _) => Attention::Watching,
            (None, Some(_)) => Attention::Beside,
            (None, None) => Attention::Away,
        }),
        "identify" => Command::Identify(Identity::parse(&part(1)?).ok()?),
        #[cfg(feature = "rich")]
        other => return rich::command(other, [part(1), part(2), part(3), part(4)]),
        #[cfg(not(feature = "rich"))]
        _ => return None,
    })
}
