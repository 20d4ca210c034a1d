//! Checks of orders: progress, results, discovery and delivery.

use schemas::{
    Evidence::{Assumed, Guide},
    OperationId::{
        AddBlacklistEntries, CreateBlacklist, CreateOrder, GetCompany, GetOrder, GetOrderResults,
        ListDeliveries, ListOrders, ListProspectSearches,
    },
    source,
};

use crate::provider::{
    check::Check,
    checks::{discovery, orders, results},
    requirements::{FULL_KEY, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-ORDER-READBACK", Guide, source::ENRICHMENT,
        once orders::readback,
        FULL_KEY.writes(2).reads(3).on(&[CreateOrder, GetOrder, ListOrders]),
        "A new order is RECEIVED, has what was ordered and a Location header, and can be read and listed. An equal one is a \
         second order, also (on a sandbox) with the same Idempotency-Key.",
        because "A client that cannot find its new order creates it again, and the work is done twice."),
    check!("PRV-ORDER-PROGRESS", Guide, source::ENRICHMENT,
        once orders::progress,
        SANDBOX.writes(1).reads(1 + orders::MAX_POLLS).on(&[CreateOrder, GetOrder]),
        "An order moves through RECEIVED, ACCEPTED, IN_PROGRESS and COMPLETED, and never back. It takes as \
         long as the settings of the sandbox say.",
        because "Clients act on each change of status: after a step back they act twice, and for a skipped one they \
         wait forever."),
    check!("PRV-RESULTS-EARLY", Assumed, source::OURS,
        once orders::early_results,
        FULL_KEY.writes(1).reads(1).fill_requests(2).on(&[CreateOrder, GetOrderResults]),
        "The results of an order that is not COMPLETED are rejected with 409 CONFLICT: while it is in progress, and if it \
         is CANCELLED.",
        because "A client that gets 200 takes what is there for the whole result, and does not ask again."),
    check!("PRV-RESULTS-SOURCE", Guide, source::DISCOVERY,
        once orders::source_ids,
        SANDBOX.writes(2).reads(2 * (1 + orders::MAX_POLLS)).on(&[CreateOrder, GetOrder, GetOrderResults]),
        "Results return the caller's `external_id`, unchanged, as `source_id` of its company, and null where none was given; \
         each company that was sent has a result.",
        because "Callers match results to their own records by this id: with a wrong one, contacts end up at the \
         wrong company."),
    check!("PRV-RESULTS-FEATURES", Assumed, source::ENRICHMENT,
        once results::features,
        SANDBOX.writes(2).reads(2 * (1 + orders::MAX_POLLS)).on(&[CreateOrder, GetOrder, GetOrderResults]),
        "Results have the contacts and technologies of companies if the order's features name them, and only then.",
        because "A client would lack what its owner pays for, or store personal data that nobody ordered."),
    check!("PRV-DISCOVERY-SEARCH", Assumed, source::DISCOVERY,
        once discovery::prospect_search,
        SANDBOX.writes(2).reads(9 + 2 * orders::MAX_POLLS)
            .on(&[CreateOrder, GetCompany, GetOrder, GetOrderResults, ListProspectSearches]),
        "A discovery order finds the requested number of companies from its prospect search.",
        because "The caller would contact companies that do not fit the profile that the order is for, or get more or \
         fewer than planned."),
    check!("PRV-DISCOVERY-BLACKLIST", Assumed, source::BLACKLISTS,
        once discovery::blacklist,
        SANDBOX.writes(6).reads(3 + 2 * orders::MAX_POLLS)
            .on(&[AddBlacklistEntries, CreateBlacklist, CreateOrder, GetOrder, GetOrderResults,
                ListProspectSearches]),
        "A discovery order excludes exactly the companies that its blacklists name by domain, or \
         by name and city.",
        because "Companies that must not be contacted, such as customers, would be delivered, or good ones left out."),
    check!("PRV-DELIVERY", Assumed, source::OURS,
        once discovery::delivery,
        SANDBOX.writes(1).reads(3 + orders::MAX_POLLS).on(&[CreateOrder, GetOrder, GetOrderResults, ListDeliveries]),
        "The results of an order are delivered when it is completed, and not before.",
        because "A client that fetches deliveries once its order is COMPLETED would miss those that appear later."),
];
