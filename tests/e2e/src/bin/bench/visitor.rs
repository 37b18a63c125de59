//! The client that is measured, with a ready token like the others or with a session of its own.

use visavis_backends::model::Tenant;
use visavis_native_client::{Author, Builder, Config, Event, Events, Network, Visitor, bloonio};

use crate::client::{Connection, Failure, Place, question};
use crate::tls;

/// Given a token, as the raw clients are.
pub(crate) struct WithToken(Live);

/// From nothing: creates its session by HTTP, then connects.
pub(crate) struct FromCold(Live);

/// A bot as its author would write it: a visitor and a listener.
struct Live {
    visitor: Visitor,
    events: Events,
}

fn options(place: &Place) -> bloonio::Options {
    Config::bloonio(&place.base_url, Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY)
}

impl Live {
    async fn begin(builder: Builder) -> Result<Self, Failure> {
        let visitor = builder.connect().await.map_err(|error| error.to_string())?;
        let mut live = Self {
            events: visitor.events(),
            visitor,
        };
        live.visitor.live().await.map_err(|error| error.to_string())?;
        while live.events.try_next().is_some() {}
        Ok(live)
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        let handle = self
            .visitor
            .send(question(number))
            .await
            .map_err(|error| error.to_string())?;
        handle.acknowledged().await.map_err(|error| error.to_string())?;
        while self.events.try_next().is_some() {}
        Ok(())
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        loop {
            match self.events.next().await {
                Some(Event::Message { message, .. }) if message.author != Author::Visitor => return Ok(()),
                Some(_) => {}
                None => return Err(format!("the events ended: {:?}", self.events.end())),
            }
        }
    }

    async fn idle(self) {
        let Self { visitor, mut events } = self;
        while events.next().await.is_some() {}
        drop(visitor);
    }
}

macro_rules! measured {
    ($name:ident, $options:expr) => {
        impl Connection for $name {
            type Means = Network;

            fn means(place: &Place) -> Result<Network, Failure> {
                let network = match &place.certificate {
                    Some(certificate) => Network::with_tls(tls::trusting(certificate)?),
                    None => Network::new(),
                };
                network.map_err(|error| error.to_string())
            }

            async fn connect(means: &Network, place: &Place) -> Result<Self, Failure> {
                let options: fn(&Place) -> bloonio::Options = $options;
                Live::begin(Visitor::builder(options(place)).network(means.clone()))
                    .await
                    .map(Self)
            }

            async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
                self.0.round_trip(number).await
            }

            async fn hear(&mut self) -> Result<(), Failure> {
                self.0.hear().await
            }

            async fn idle(self) {
                self.0.idle().await;
            }
        }
    };
}

/// A visitor of AppEngine's gateway: over Socket.IO, with everything that stands above it.
#[cfg(feature = "rivals")]
pub(crate) struct AtGateway(Live);

#[cfg(feature = "rivals")]
impl Connection for AtGateway {
    type Means = Network;

    fn means(_place: &Place) -> Result<Network, Failure> {
        Network::new().map_err(|error| error.to_string())
    }

    async fn connect(means: &Network, place: &Place) -> Result<Self, Failure> {
        let person = visavis_native_client::Guest::new(format!("{}@site.example", place.token));
        let options = Config::appengine(&place.base_url, "acme", "c").user(person, place.token.as_str());
        Live::begin(Visitor::builder(options).network(means.clone()))
            .await
            .map(Self)
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        self.0.round_trip(number).await
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        self.0.hear().await
    }

    async fn idle(self) {
        self.0.idle().await;
    }
}

measured!(WithToken, |place| options(place).visitor_token(place.token.as_str()));
measured!(FromCold, options);
