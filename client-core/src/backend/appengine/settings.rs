//! The chat's settings record, turned into the normal form.

use std::sync::Arc;

use crate::backend::lenient;
use crate::json::{Object, Value};
use crate::message::{AgentProfile, BroadcastFrame, RegistrationForm, WidgetConfig, WidgetDetails};
use crate::time::UnixMillis;

use super::{record, rich};

/// Reads the record: its fields are in `data.content`, else in `data`, else at the root.
pub(crate) fn read(body: &Value, wall: UnixMillis) -> Option<WidgetConfig> {
    let record = body.as_object()?;
    let inner = record::payload(record);
    Some(fields(lenient::object(inner, &["content"]).unwrap_or(inner), wall))
}

/// Reads the fields themselves, as the greeting brings some of them, too.
pub(crate) fn fields(content: &Object, wall: UnixMillis) -> WidgetConfig {
    let offline = lenient::object(content, &["offline"]);
    let logo = lenient::object(content, &["logo"]).and_then(record::file);
    WidgetConfig {
        title: lenient::text(content, &["title", "name"]),
        online: online(content, wall),
        logo_url: logo.map(|file| file.url).or_else(|| lenient::text(content, &["logo"])),
        position: lenient::text(content, &["chatBubblePosition"]),
        offline_message: offline.and_then(|offline| lenient::text(offline, &["message"])),
        details: Some(Arc::new(details(content, offline))),
        ..WidgetConfig::default()
    }
}

fn details(content: &Object, offline: Option<&Object>) -> WidgetDetails {
    let text = |name: &str| lenient::text(content, &[name]);
    let flag = |name: &str| lenient::flag(content, &[name]);
    WidgetDetails {
        description: text("description"),
        template: text("template"),
        default_path: text("defaultPath"),
        subtitle: text("subtitle"),
        header: text("headerContent").map(|html| rich::marked(&html)),
        openers: texts(content, "chatOpeners"),
        offline_form: offline
            .and_then(|offline| lenient::flag(offline, &["showForm"]))
            .unwrap_or(true),
        attachments: flag("allowAttachments").unwrap_or(true),
        emojis: flag("allowEmojis").unwrap_or(true),
        show_agents: flag("showAgents").unwrap_or(false),
        registration: registration(content),
        work_days: availability(content).and_then(|days| days.names),
        assistant: text("ai"),
        automation: text("automation"),
        agents: list(content, "agents").filter_map(agent).collect(),
        broadcast: lenient::object(content, &["broadcast"]).map(broadcast),
    }
}

fn list<'a>(object: &'a Object, name: &str) -> impl Iterator<Item = &'a Value> {
    object.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts(object: &Object, name: &str) -> Vec<String> {
    list(object, name)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The form's fields. The address is always asked for: without it there is no guest.
fn registration(content: &Object) -> RegistrationForm {
    let required = lenient::flag(content, &["registrationRequired"]).unwrap_or(false);
    let fields = lenient::object(content, &["registrationFields"]).filter(|_| required);
    let asks = |name: &str, default| match fields {
        Some(fields) => lenient::flag(fields, &[name]).unwrap_or(false),
        None => default,
    };
    RegistrationForm {
        required,
        name: asks("name", true),
        phone: asks("phone", false),
        comments: asks("comments", false),
    }
}

fn agent(agent: &Value) -> Option<AgentProfile> {
    let agent = agent.as_object()?;
    let email = lenient::text(agent, &["user", "email"])?;
    let avatar = lenient::object(agent, &["avatar"]).and_then(record::file);
    Some(AgentProfile {
        name: lenient::text(agent, &["screenName", "name"]).unwrap_or_else(|| record::name_of(&email)),
        tag_line: lenient::text(agent, &["tagLine"]),
        avatar_url: avatar
            .map(|file| file.url)
            .or_else(|| lenient::text(agent, &["avatar"])),
        email,
    })
}

fn broadcast(frame: &Object) -> BroadcastFrame {
    let flag = |name: &str, default| lenient::flag(frame, &[name]).unwrap_or(default);
    let size = |name: &str, default| {
        let given = lenient::number(frame, &[name]).and_then(|pixels| u32::try_from(pixels).ok());
        given.unwrap_or(default)
    };
    BroadcastFrame {
        position: lenient::text(frame, &["position"]).unwrap_or_else(|| "bottom-right".to_owned()),
        width: size("defaultWidth", 320),
        height: size("defaultHeight", 240),
        auto_play: flag("autoPlay", true),
        muted: flag("muted", false),
        resizable: flag("resizable", true),
        closable: flag("closable", true),
        reopenable: flag("reopenable", true),
    }
}

struct WorkDays {
    names: Option<Vec<String>>,
}

fn availability(content: &Object) -> Option<WorkDays> {
    let availability = lenient::object(content, &["availability"])?;
    let always = lenient::flag(availability, &["allTimes"]).unwrap_or(true);
    Some(WorkDays {
        names: (!always).then(|| texts(availability, "workDays")),
    })
}

/// Anything but `offline` is online, on a day that is worked on.
fn online(content: &Object, wall: UnixMillis) -> Option<bool> {
    let status = lenient::text(content, &["status"]);
    let said = status.map(|status| !status.eq_ignore_ascii_case("offline"));
    match availability(content).and_then(|days| days.names) {
        Some(days) => Some(said != Some(false) && works_today(&days, wall)),
        None => said,
    }
}

const DAYS: [&str; 7] = [
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
];

/// No hours and no zone are in the record: a day is a day of UTC. Names may be cut to three letters.
fn works_today(days: &[String], wall: UnixMillis) -> bool {
    let day = usize::try_from(wall.0.div_euclid(86_400_000).rem_euclid(7)).unwrap_or_default();
    let today = DAYS.get(day).copied().unwrap_or_default();
    let is_today = |day: &String| {
        let day = day.to_ascii_lowercase();
        day.len() >= 3 && today.starts_with(day.as_str())
    };
    days.iter().any(is_today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// A Wednesday.
    const WEDNESDAY: UnixMillis = UnixMillis(1_713_956_800_000);

    fn read_text(text: &str) -> WidgetConfig {
        read(&json::parse(text).unwrap(), WEDNESDAY).unwrap()
    }

    #[test]
    fn the_fields_are_found_in_every_wrapper() {
        for text in [
            r#"{"pk":"p","sk":"s","data":{"content":{"name":"Help","ai":"Ada"}}}"#,
            r#"{"data":{"name":"Help","ai":"Ada"}}"#,
            r#"{"name":"Help","ai":"Ada"}"#,
        ] {
            let config = read_text(text);
            assert_eq!(config.title.as_deref(), Some("Help"), "{text}");
            assert_eq!(config.details.unwrap().assistant.as_deref(), Some("Ada"), "{text}");
        }
    }

    #[test]
    fn every_field_of_the_schema_is_kept() {
        let config = read_text(
            r#"{"data":{"name":"Help","description":"d","template":"qa","defaultPath":"/chat","logo":{"path":"l.png","url":"https://x/l.png"},
            "headerContent":"<b>Hi</b>","chatBubblePosition":"left","status":"online","chatOpeners":["A","B"],
            "offline":{"showForm":false,"message":"Back soon"},"allowAttachments":false,"allowEmojis":false,"showAgents":true,
            "registrationRequired":true,"registrationFields":{"name":false,"email":true,"phone":true,"comments":true},
            "ai":"Ada","automation":"flow","agents":[{"user":"jane@x.io","screenName":"Jane D","tagLine":"Billing","avatar":{"url":"https://x/j.png"}},{"user":"bob@x.io"}],
            "broadcast":{"position":"top-left","defaultWidth":640,"muted":true}}}"#,
        );
        assert_eq!(
            (config.title.as_deref(), config.online, config.position.as_deref()),
            (Some("Help"), Some(true), Some("left"))
        );
        assert_eq!(config.logo_url.as_deref(), Some("https://x/l.png"));
        assert_eq!(config.offline_message.as_deref(), Some("Back soon"));
        let details = config.details.unwrap();
        assert_eq!(details.header.as_deref(), Some("**Hi**"));
        assert_eq!(details.openers, ["A", "B"]);
        assert!(!details.offline_form && !details.attachments && !details.emojis && details.show_agents);
        let form = details.registration;
        assert!(form.required && !form.name && form.phone && form.comments);
        assert_eq!(details.agents[0].name, "Jane D");
        assert_eq!(details.agents[1].name, "Bob");
        assert_eq!(details.agents[0].avatar_url.as_deref(), Some("https://x/j.png"));
        let broadcast = details.broadcast.as_ref().unwrap();
        assert_eq!(
            (broadcast.position.as_str(), broadcast.width, broadcast.height),
            ("top-left", 640, 240)
        );
        assert!(broadcast.muted && broadcast.auto_play && broadcast.reopenable);
    }

    #[test]
    fn what_is_not_said_has_the_documented_default() {
        let details = read_text("{}").details.unwrap();
        assert!(details.offline_form && details.attachments && details.emojis && !details.show_agents);
        assert!(!details.registration.required && details.registration.name);
    }

    #[test]
    fn only_offline_and_days_off_are_offline() {
        for (content, online) in [
            ("{}", None),
            (r#"{"status":"active"}"#, Some(true)),
            (r#"{"status":"offline"}"#, Some(false)),
            (r#"{"availability":{"allTimes":true,"workDays":["Sunday"]}}"#, None),
            (
                r#"{"availability":{"allTimes":false,"workDays":["Monday","Wednesday"]}}"#,
                Some(true),
            ),
            (r#"{"availability":{"allTimes":false,"workDays":["Wed"]}}"#, Some(true)),
            (
                r#"{"availability":{"allTimes":false,"workDays":["Sunday"]}}"#,
                Some(false),
            ),
            (
                r#"{"status":"offline","availability":{"allTimes":false,"workDays":["Wednesday"]}}"#,
                Some(false),
            ),
        ] {
            assert_eq!(read_text(content).online, online, "{content}");
        }
    }
}
