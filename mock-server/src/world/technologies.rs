//! The technologies of a company's website.

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{
    chance::{pick, pick_weighted},
    company::Company,
    industry::Industry,
};

/// A technology that the website uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Technology {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    /// Number of days in use.
    pub(crate) days_in_use: u32,
}

/// A name and a category.
type Product = (&'static str, &'static str);

/// The platform of the site, its weight, and the products that only occur with it.
struct Platform {
    product: Product,
    weight: u32,
    companions: &'static [Product],
}

const fn platform(
    name: &'static str,
    category: &'static str,
    weight: u32,
    companions: &'static [Product],
) -> Platform {
    Platform {
        product: (name, category),
        weight,
        companions,
    }
}

const WORDPRESS: [Product; 7] = [
    ("PHP", "Programming language"),
    ("Elementor", "Page builder"),
    ("Yoast SEO", "SEO"),
    ("Borlabs Cookie", "Consent management"),
    ("Contact Form 7", "Forms"),
    ("WP Rocket", "Caching"),
    ("jQuery", "JavaScript library"),
];
const PHP: [Product; 2] = [
    ("PHP", "Programming language"),
    ("jQuery", "JavaScript library"),
];
const PAYMENTS: [Product; 5] = [
    ("PayPal", "Payments"),
    ("Klarna", "Payments"),
    ("Mollie", "Payments"),
    ("Trusted Shops", "Reviews"),
    ("PHP", "Programming language"),
];
const HOSTED_PAYMENTS: [Product; 4] = [
    ("PayPal", "Payments"),
    ("Klarna", "Payments"),
    ("Judge.me", "Reviews"),
    ("Klaviyo", "Newsletter"),
];
const JAVASCRIPT: [Product; 4] = [
    ("React", "JavaScript framework"),
    ("Node.js", "Programming language"),
    ("Tailwind CSS", "CSS framework"),
    ("Sentry", "Monitoring"),
];

const SITES: [Platform; 8] = [
    platform("WordPress", "CMS", 50, &WORDPRESS),
    platform("TYPO3", "CMS", 20, &PHP),
    platform("Contao", "CMS", 7, &PHP),
    platform("Joomla", "CMS", 7, &PHP),
    platform("Drupal", "CMS", 4, &PHP),
    platform("Jimdo", "CMS", 4, &[]),
    platform("Wix", "CMS", 4, &[]),
    platform("IONOS MyWebsite", "CMS", 4, &[]),
];
const SHOPS: [Platform; 5] = [
    platform("Shopware", "Shop", 45, &PAYMENTS),
    platform("WooCommerce", "Shop", 20, &PAYMENTS),
    platform("Shopify", "Shop", 20, &HOSTED_PAYMENTS),
    platform("JTL-Shop", "Shop", 10, &PAYMENTS),
    platform("Adobe Commerce", "Shop", 5, &PAYMENTS),
];
const MODERN: [Platform; 5] = [
    platform("Next.js", "Web framework", 35, &JAVASCRIPT),
    platform("WordPress", "CMS", 30, &WORDPRESS),
    platform("Webflow", "CMS", 15, &[]),
    platform("Storyblok", "CMS", 10, &JAVASCRIPT),
    platform("TYPO3", "CMS", 10, &PHP),
];

const SERVERS: [Product; 4] = [
    ("Apache HTTP Server", "Web server"),
    ("nginx", "Web server"),
    ("Cloudflare", "CDN"),
    ("LiteSpeed", "Web server"),
];
const ANALYTICS: [Product; 4] = [
    ("Google Analytics", "Analytics"),
    ("Matomo", "Analytics"),
    ("etracker", "Analytics"),
    ("Plausible", "Analytics"),
];
/// At most one of each group.
const EXTRAS: [&[Product]; 7] = [
    &[
        ("Usercentrics", "Consent management"),
        ("Cookiebot", "Consent management"),
        ("consentmanager", "Consent management"),
    ],
    &[
        ("Microsoft 365", "E-mail"),
        ("Google Workspace", "E-mail"),
        ("IONOS Mail", "E-mail"),
    ],
    &[("Google Tag Manager", "Tag management")],
    &[
        ("HubSpot", "CRM"),
        ("Pipedrive", "CRM"),
        ("CentralStationCRM", "CRM"),
    ],
    &[
        ("CleverReach", "Newsletter"),
        ("Brevo", "Newsletter"),
        ("Mailchimp", "Newsletter"),
    ],
    &[("Let's Encrypt", "Certificate"), ("Sectigo", "Certificate")],
    &[("Bootstrap", "CSS framework"), ("UIkit", "CSS framework")],
];
const ROOM_BOOKING: [Product; 2] = [("DIRS21", "Booking"), ("Mews", "Booking")];
const TABLE_BOOKING: [Product; 2] = [("OpenTable", "Booking"), ("resmio", "Booking")];

impl Company {
    /// Three to nine technologies that fit together: a platform with its companions, a server, and extras.
    pub(crate) fn technologies(&self) -> Vec<Technology> {
        let mut random = self.chance.stream("technologies");
        let platform = pick_weighted(&mut random, self.platforms(), |platform| platform.weight);
        let mut products = vec![platform.product];
        if platform.product.0 == "WooCommerce" {
            products.push(("WordPress", "CMS"));
        }
        if platform.product.0 != "Shopify" && !platform.companions.is_empty() {
            products.push(pick(&mut random, &SERVERS));
        }
        products.extend(
            platform
                .companions
                .iter()
                .filter(|_| random.random_ratio(2, 5)),
        );
        products.push(pick(&mut random, &ANALYTICS));
        if self.industry == Industry::Hotel {
            products.push(pick(&mut random, &ROOM_BOOKING));
        } else if self.industry == Industry::Restaurant {
            products.push(pick(&mut random, &TABLE_BOOKING));
        }
        for extras in EXTRAS.sample(&mut random, EXTRAS.len()) {
            let extra = pick(&mut random, extras);
            let is_new = products.iter().all(|(_, category)| *category != extra.1);
            // Up to three products in any case, then each at random.
            if is_new && (products.len() < 3 || random.random_ratio(1, 3)) {
                products.push(extra);
            }
        }
        products.truncate(9);
        let days = |random: &mut ChaCha8Rng| random.random_range(20..=2600);
        products
            .into_iter()
            .map(|(name, category)| Technology {
                name,
                category,
                days_in_use: days(&mut random),
            })
            .collect()
    }

    /// The platforms that are usual in the industry.
    fn platforms(&self) -> &'static [Platform] {
        match self.industry {
            Industry::Wholesale => &SHOPS,
            Industry::FoodProduction if self.chance.stream("shop").random_ratio(1, 3) => &SHOPS,
            Industry::Software | Industry::ItServices | Industry::Agency => &MODERN,
            Industry::Hotel
            | Industry::Restaurant
            | Industry::MechanicalEngineering
            | Industry::Metalworking
            | Industry::ElectricalInstallation
            | Industry::HeatingAndPlumbing
            | Industry::Construction
            | Industry::Joinery
            | Industry::Consulting
            | Industry::TaxAdvice
            | Industry::Logistics
            | Industry::FoodProduction
            | Industry::CarDealership
            | Industry::Housing
            | Industry::MedicalTechnology
            | Industry::Bank => &SITES,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::World;

    #[test]
    fn technologies_are_compatible() {
        for company in World::new(1, 3000).companies() {
            let technologies = company.technologies();
            assert!((3..=9).contains(&technologies.len()), "{technologies:?}");
            let names: HashSet<_> = technologies.iter().map(|found| found.name).collect();
            assert_eq!(names.len(), technologies.len(), "{technologies:?}");
            for category in [
                "Analytics",
                "CDN",
                "Web server",
                "Shop",
                "CMS",
                "Consent management",
            ] {
                let same = technologies
                    .iter()
                    .filter(|found| found.category == category);
                assert!(same.count() <= 1, "{technologies:?}");
            }
            assert!(!names.contains("WooCommerce") || names.contains("WordPress"));
            assert!(!names.contains("Elementor") || names.contains("WordPress"));
            assert!(technologies.iter().all(|found| found.days_in_use > 0));
        }
    }
}
