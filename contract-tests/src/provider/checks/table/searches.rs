//! Checks of prospect searches, and of the filters of lists.

use schemas::{
    Evidence::{Assumed, Guide},
    OperationId::{
        CreateBlacklist, DeleteBlacklist, GetCompany, GetProspectSearch, ListCompanies,
        ListDeliveries, ListProspectSearches, ListProspects, ListSearchBlacklists,
        SetSearchBlacklists, UpdateProspectSearch,
    },
    source,
};

use crate::provider::{
    check::Check,
    checks::{filters, prospect_searches},
    requirements::{FULL_KEY, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-VERSION-STALE", Guide, source::SEARCH_EDITING,
        once prospect_searches::stale,
        SANDBOX.writes(5).reads(3).on(&[GetProspectSearch, ListProspectSearches, UpdateProspectSearch]),
        "An update of a prospect search with another version than the present one is rejected with 409 CONFLICT and changes \
         nothing; of two at once, one succeeds.",
        because "Two people who edit the same search would overwrite each other's changes, and neither would notice."),
    check!("PRV-VERSION-STRIPPED", Guide, source::SEARCH_EDITING,
        once prospect_searches::stripped,
        SANDBOX.writes(1).reads(3).on(&[GetProspectSearch, ListProspectSearches, UpdateProspectSearch]),
        "Fields of a prospect search that an API key cannot change are ignored and listed in \
         stripped_fields.",
        because "The client would believe that the change took effect, since the response is a success."),
    check!("PRV-VERSION-MASK", Guide, source::SEARCH_EDITING,
        once prospect_searches::mask,
        SANDBOX.writes(1).reads(3).on(&[GetProspectSearch, ListProspectSearches, UpdateProspectSearch]),
        "With an update_mask, an update changes only the fields that it names.",
        because "A client that changes one field would overwrite others with values that are out of date."),
    check!("PRV-SEARCH-BLACKLISTS", Guide, source::OVERVIEW,
        once prospect_searches::blacklists,
        SANDBOX.writes(6).reads(5).deletions(1)
            .on(&[CreateBlacklist, DeleteBlacklist, ListProspectSearches, ListSearchBlacklists, SetSearchBlacklists]),
        "A prospect search has the blacklists that were set last, which may be none, without deleted ones.",
        because "Orders from the search would leave out the wrong companies, and the search would not show why."),
    check!("PRV-FILTER-SCORE", Assumed, source::OLDER_COMPANIES,
        once filters::scores,
        FULL_KEY.reads(4).on(&[ListCompanies]),
        "min_match_score selects the companies with at least that score.",
        because "The client would work on companies that are not good enough for it, or never see some that are."),
    check!("PRV-FILTER-REVIEW", Assumed, source::OLDER_COMPANIES,
        once filters::reviews,
        FULL_KEY.reads(5).on(&[ListCompanies]),
        "review_status and review_status_list select the companies with these statuses; each \
         company has exactly one.",
        because "Some companies would be reviewed twice, and others never."),
    check!("PRV-FILTER-SEARCH-ID", Assumed, source::OLDER_COMPANIES,
        once filters::prospect_search,
        FULL_KEY.reads(4).on(&[ListCompanies]),
        "prospect_search_id selects the companies of that search, and none for an unknown id.",
        because "Companies found for one search would be processed as if they belonged to another."),
    check!("PRV-FILTER-TEXT", Assumed, source::OLDER_COMPANIES,
        once filters::text,
        FULL_KEY.reads(8).on(&[ListCompanies, ListProspects]),
        "search finds companies and prospects by a word of their name, ignoring case, takes every character literally, \
         and returns an empty list where nothing matches.",
        because "A client that looks for a company before it creates one would create it a second time."),
    check!("PRV-FILTER-TOGETHER", Assumed, source::OLDER_COMPANIES,
        once filters::together,
        FULL_KEY.reads(3).on(&[ListCompanies]),
        "Several filters select the rows that each of them selects, and pages are cut from these.",
        because "The client would work on companies that it has excluded, or take a page without rows for the end of \
         the list."),
    check!("PRV-FILTER-COMPANY", Assumed, source::OURS,
        once filters::company,
        FULL_KEY.reads(5).on(&[GetCompany, ListProspects]),
        "company_id selects the prospects of that company, and these have its name.",
        because "A message for one company would go to people at another."),
    check!("PRV-FILTER-SINCE", Assumed, source::NEWER_DELIVERIES,
        once filters::delivered_since,
        FULL_KEY.reads(3).on(&[ListDeliveries]),
        "delivered_since selects what was delivered after that time, in any time zone.",
        because "A client that fetches only what is new would miss deliveries, or process all of them again in each \
         run."),
];
