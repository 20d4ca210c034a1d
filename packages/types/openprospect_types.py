"""The types of the OpenProspect API: its bodies by their names.

Generated: UPDATE=1 cargo test -p schemas
"""

from __future__ import annotations

from typing import Any, List, Literal, TypedDict, Union

#: A group of data that an order can ask for. The guide mentions more, without their names.
Feature = Literal["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"]

#: A field that a change can name. The vendor's page on editing states who may change each.
Field = Literal["name", "ideal_customer_profile", "geo_locations", "search_keywords", "language_config", "company_extraction_commands", "prospect_extraction_commands"]

#: Whether a key is valid.
KeyStatus = Literal["active", "expired", "revoked"]

#: The language in which an organization is addressed.
Language = Literal["de", "en"]

#: The status of an order (enrichment and discovery order guides).
OrderStatus = Literal["RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "CANCELLED"]

#: What an order asks for.
OrderType = Literal["ENRICHMENT", "DISCOVERY"]

#: Whether a delivered company is what was wanted.
Rating = Literal["good", "bad"]

#: The review of a company by the caller's organization.
ReviewStatus = Literal["accepted", "rejected", "pending"]

#: Whether a search is in use.
SearchStatus = Literal["ACTIVE", "PAUSED"]


class AddEntries(TypedDict):
    """The body that adds entries."""

    #: The entries.
    entries: List[NewEntry]


class _ApiKey(TypedDict):
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The id of the key.
    id: str
    #: The key as it may be shown: its prefix, its first and its last four characters.
    masked_key: str
    #: All scopes that the key holds.
    scopes: List[Literal["companies:read", "companies:write", "prospects:read", "prospects:write", "prospect_searches:read", "prospect_searches:write", "job_search:read", "job_search:write", "handelsregister:read", "webtech_intel:read", "delivery:read", "delivery:write", "organization:read", "organization:write", "orders:read", "orders:write", "blacklists:read", "blacklists:write"]]
    #: Whether the key is valid.
    status: KeyStatus
    #: The rate-limit tier.
    tier: Literal["free", "pro", "enterprise"]


class ApiKey(_ApiKey, total=False):
    """A key, without its text."""

    #: When it expires or has expired, RFC 3339 in UTC; `null` for never.
    expires_at: Union[str, None]
    #: When it last authenticated a request, RFC 3339 in UTC; `null` for never.
    last_used_at: Union[str, None]
    #: A name for humans.
    name: Union[str, None]
    #: The preset that has exactly these scopes, if there is one.
    preset: Union[str, None]


class ApiKeyList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[ApiKey]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class AuthenticationError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["AUTHENTICATION_ERROR"]
    #: A message for people.
    message: str


class AuthorizationError(TypedDict):
    """The key lacks a scope."""

    code: Literal["AUTHORIZATION_ERROR"]
    #: The scopes that the operation needs, and those that the key holds.
    detail: ScopeDetail
    #: Lists every scope that the operation needs.
    message: str


class _Blacklist(TypedDict):
    #: The id of the blacklist.
    id: str
    #: A name for humans.
    name: str


class Blacklist(_Blacklist, total=False):
    """A blacklist."""

    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: What it is for.
    description: Union[str, None]
    #: Number of entries.
    entry_count: int
    #: When its name, description or entries last changed, RFC 3339 in UTC.
    updated_at: str


class _BlacklistEntry(TypedDict):
    #: The id of the entry.
    id: str


class BlacklistEntry(_BlacklistEntry, total=False):
    """An entry of a blacklist."""

    #: As it was sent.
    city: Union[str, None]
    #: As it was sent.
    company_name: Union[str, None]
    #: When it was added, RFC 3339 in UTC.
    created_at: str
    #: As it was sent.
    external_id: Union[str, None]
    #: As it was sent.
    website_url: Union[str, None]


class BlacklistEntryList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[BlacklistEntry]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class BlacklistList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[Blacklist]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class _Company(TypedDict):
    #: Its business, such as `Hotel`.
    business_type: str
    #: Where it is, as a name such as `Germany`.
    country: str
    #: When it was first known, RFC 3339 in UTC.
    created_at: str
    #: Number of employees.
    employee_count: int
    #: The year it was founded in.
    founded: int
    #: The id of the company within the caller's organization.
    id: str
    #: Why it fits.
    match_reasons: List[str]
    #: How well it fits, 0 to 10.
    match_score: float
    #: Its name, with the legal form.
    name: str
    #: The review by the caller's organization.
    review_status: ReviewStatus
    #: When it last changed, RFC 3339 in UTC.
    updated_at: str
    #: Its website.
    website: str


class Company(_Company, total=False):
    """A company."""

    #: Where it is.
    city: Union[str, None]
    #: Its telephone number.
    phone: Union[str, None]
    #: Its postal code.
    postal_code: Union[str, None]
    #: The prospect search it was found for; `null` for one that was submitted or created.
    prospect_search_id: Union[str, None]
    #: The caller's own id for it, from the last order that named it.
    source_id: Union[str, None]
    #: Its street and number.
    street: Union[str, None]


class CompanyList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[Company]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class _CompanyProfile(TypedDict):
    #: Its name.
    name: str


class CompanyProfile(_CompanyProfile, total=False):
    """A company's profile."""

    #: Where it is.
    city: Union[str, None]
    #: Where it is, as a name such as `Germany`.
    country: Union[str, None]
    #: Number of employees.
    employee_count: Union[int, None]
    #: Its website.
    website: Union[str, None]


class ConflictError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["CONFLICT"]
    #: A message for people.
    message: str


class Contact(TypedDict):
    """A person at a company."""

    #: An address at the company's domain.
    email: str
    #: First and last name.
    name: str
    #: What the person does there.
    role: str


class CreateApiKey(TypedDict, total=False):
    """The body that creates a key: `preset` or `scopes`, and what else it has."""

    #: When the key expires; never by default.
    expires_at: str
    #: A name for humans.
    name: str
    #: The scopes by name of a bundle.
    preset: Literal["orders", "read_only", "full_access", "discovery"]
    #: The scopes one by one, only public ones.
    scopes: List[Literal["companies:read", "companies:write", "prospects:read", "prospects:write", "prospect_searches:read", "prospect_searches:write", "job_search:read", "job_search:write", "handelsregister:read", "webtech_intel:read", "delivery:read", "delivery:write", "organization:read", "organization:write", "orders:read", "orders:write", "blacklists:read", "blacklists:write"]]
    #: The rate-limit tier; `enterprise` by default.
    tier: Literal["free", "pro", "enterprise"]


class _CreateBlacklist(TypedDict):
    #: A name for humans.
    name: str


class CreateBlacklist(_CreateBlacklist, total=False):
    """The body that creates a blacklist."""

    #: What it is for.
    description: Union[str, None]


class _CreateCompany(TypedDict):
    #: Its name.
    name: str


class CreateCompany(_CreateCompany, total=False):
    """The body that creates a company."""

    #: Where it is.
    city: Union[str, None]
    #: Where it is, as a name; `Germany` by default.
    country: Union[str, None]
    #: Its website.
    website: Union[str, None]


class _CreateJobSearch(TypedDict):
    #: Words of the title; one match is enough.
    keywords: List[str]


class CreateJobSearch(_CreateJobSearch, total=False):
    """The body that creates a job search."""

    #: Only jobs in this city.
    city: Union[str, None]


class _CreateOrder(TypedDict):
    #: The groups of data wanted.
    features: List[Feature]
    #: A name for humans.
    title: str


class CreateOrder(_CreateOrder, total=False):
    """The body that creates an order."""

    #: Blacklists that apply in addition to those of the prospect search. Only a discovery order can have them. The blacklist guide speaks of them, without the field's name.
    blacklist_ids: List[str]
    #: The companies to enrich. A discovery order must not have them.
    companies: List[SubmittedCompany]
    #: What to do; `ENRICHMENT` by default.
    order_type: OrderType
    #: A name for the profile that is created with the order.
    profile_name: Union[str, None]
    #: The prospect search to find companies for; without it, any company may be found. Only a discovery order can have it. The guides speak of a profile, without the field's name.
    prospect_search_id: Union[str, None]
    #: Maximum number of companies to find. Only a discovery order can have it.
    quantity: int


class _CreateProspect(TypedDict):
    #: The company.
    company_id: str
    #: First name.
    first_name: str
    #: Last name.
    last_name: str


class CreateProspect(_CreateProspect, total=False):
    """The body that creates a prospect."""

    #: An address.
    email: Union[str, None]
    #: A telephone number.
    phone: Union[str, None]
    #: What the person does there.
    role: Union[str, None]


class _CreatedApiKey(TypedDict):
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The id of the key.
    id: str
    #: The key in full. It cannot be read again.
    key: str
    #: The key as it may be shown: its prefix, its first and its last four characters.
    masked_key: str
    #: All scopes that the key holds.
    scopes: List[Literal["companies:read", "companies:write", "prospects:read", "prospects:write", "prospect_searches:read", "prospect_searches:write", "job_search:read", "job_search:write", "handelsregister:read", "webtech_intel:read", "delivery:read", "delivery:write", "organization:read", "organization:write", "orders:read", "orders:write", "blacklists:read", "blacklists:write"]]
    #: Whether the key is valid.
    status: KeyStatus
    #: The rate-limit tier.
    tier: Literal["free", "pro", "enterprise"]


class CreatedApiKey(_CreatedApiKey, total=False):
    """A key that was just created: the one body that shows it in full."""

    #: When it expires or has expired, RFC 3339 in UTC; `null` for never.
    expires_at: Union[str, None]
    #: When it last authenticated a request, RFC 3339 in UTC; `null` for never.
    last_used_at: Union[str, None]
    #: A name for humans.
    name: Union[str, None]
    #: The preset that has exactly these scopes, if there is one.
    preset: Union[str, None]


class DeleteEntries(TypedDict):
    """The body that removes entries."""

    #: The ids of the entries. If one is unknown, none is removed.
    entry_ids: List[str]


class _Delivery(TypedDict):
    #: The company.
    company_id: str
    #: When the order was completed, RFC 3339 in UTC.
    delivered_at: str
    #: The id of the delivery.
    id: str
    #: The company's name.
    name: str
    #: The order.
    order_id: str
    #: Contacts at the company, if the order asked for `CONTACTS`.
    prospects: List[Prospect]


class Delivery(_Delivery, total=False):
    """A company that an order delivered."""

    #: The feedback of the organization.
    feedback: Union[Feedback, None]


class DeliveryList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[Delivery]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class EntityNotFoundError(TypedDict):
    """The object does not exist."""

    code: Literal["ENTITY_NOT_FOUND"]
    #: The kind of the requested object, such as `order`.
    entity_type: str
    #: The identifier in the request.
    identifier: str
    #: A message for people.
    message: str


class EntriesAdded(TypedDict):
    """The result of adding entries."""

    #: Number of entries that were added.
    added: int
    #: Number of entries in the blacklist now.
    total: int


class _Feedback(TypedDict):
    #: Whether the company is what was wanted.
    rating: Rating
    #: When the feedback was given, RFC 3339 in UTC.
    updated_at: str


class Feedback(_Feedback, total=False):
    """An organization's feedback on a delivery."""

    #: Why.
    comment: Union[str, None]


class FieldError(TypedDict):
    """An invalid part of a request."""

    #: What is wrong, and what would be right.
    error: str
    #: The place: a query parameter, or a path into the body such as `companies[0].company_name`.
    field: str
    #: The value in the request; `null` if there is none.
    provided: Any


class HeadersTooLargeError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["HEADERS_TOO_LARGE"]
    #: A message for people.
    message: str


class InternalError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["INTERNAL_ERROR"]
    #: A message for people.
    message: str


class InvalidJsonError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["INVALID_JSON"]
    #: A message for people.
    message: str


class InvalidRequestError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["INVALID_REQUEST"]
    #: A message for people.
    message: str


class _Job(TypedDict):
    #: The company.
    company_id: str
    #: Where in the company.
    department: str
    #: A few sentences.
    description: str
    #: The type of employment, such as `full_time`.
    employment_type: str
    #: The id of the job.
    id: str
    #: When it was posted, RFC 3339 in UTC.
    posted_at: str
    #: Whether the job is remote.
    remote: bool
    #: The title of the position.
    title: str


class Job(_Job, total=False):
    """A job that a company offers."""

    #: Where.
    city: Union[str, None]


class JobList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[Job]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class _JobSearch(TypedDict):
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The id of the search.
    id: str
    #: Words of the title; one match is enough.
    keywords: List[str]
    #: Number of jobs that it found.
    total: int


class JobSearch(_JobSearch, total=False):
    """A search for jobs that companies offer."""

    #: Only jobs in this city.
    city: Union[str, None]


class JobSearchList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[JobSearch]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class LanguageConfig(TypedDict):
    """The languages of a search."""

    #: The language of texts about companies.
    output: str
    #: The language of the websites that are searched.
    search: str


class MethodNotAllowedError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["METHOD_NOT_ALLOWED"]
    #: A message for people.
    message: str


class NewEntry(TypedDict, total=False):
    """A company to leave out. The blacklist guide compares, best first: `external_id`, the domain of `website_url`, `company_name` with `city`, `company_name` alone."""

    #: Where it is. It needs a name.
    city: Union[str, None]
    #: Its name.
    company_name: Union[str, None]
    #: The caller's own id of the company.
    external_id: Union[str, None]
    #: Its website; only the domain is compared.
    website_url: Union[str, None]


class NotFoundError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["NOT_FOUND"]
    #: A message for people.
    message: str


class NotImplementedError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["NOT_IMPLEMENTED"]
    #: A message for people.
    message: str


class _Order(TypedDict):
    #: The id of the order.
    id: str
    #: The status of the order.
    status: OrderStatus
    #: As it was sent.
    title: str


class Order(_Order, total=False):
    """An order."""

    #: As they were sent.
    blacklist_ids: List[str]
    #: Number of companies that were submitted.
    company_count: int
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The groups of data it asks for.
    features: List[Feature]
    #: What it asks for.
    order_type: OrderType
    #: As it was sent.
    profile_name: Union[str, None]
    #: As it was sent.
    prospect_search_id: Union[str, None]
    #: As it was sent.
    quantity: Union[int, None]
    #: When it reached its present status, RFC 3339 in UTC.
    updated_at: str


class _OrderList(TypedDict):
    #: The page.
    orders: List[Order]
    #: Number of orders on all pages.
    total: int


class OrderList(_OrderList, total=False):
    """A page of orders, oldest first."""

    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int


class OrderResult(TypedDict, total=False):
    """What an order found about one company."""

    #: The profile, if `COMPANY_DATA` was asked for; otherwise only the name.
    company: CompanyProfile
    #: The company, among those of the organization.
    company_id: str
    #: Contacts at the company, if `CONTACTS` was asked for.
    contacts: Union[List[Contact], None]
    #: How well the company fits, 0 to 10.
    match_score: float
    #: The caller's `external_id` of the company; `null` for a company that was discovered.
    source_id: Union[str, None]
    #: What its website is built with, if `TECHNOLOGIES` was asked for.
    technologies: Union[List[str], None]


class OrderResults(TypedDict):
    """A page of what an order found, in the order of its companies."""

    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: The order.
    order_id: str
    #: The page.
    results: List[OrderResult]
    #: Number of results on all pages.
    total: int


class _Organization(TypedDict):
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The id of the organization.
    id: str
    #: The language in which the organization is addressed.
    language: Language
    #: A name for humans.
    name: str
    #: When its settings last changed, RFC 3339 in UTC.
    updated_at: str


class Organization(_Organization, total=False):
    """The caller's organization."""

    #: The email address of the contact.
    contact_email: Union[str, None]


class PayloadTooLargeError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["PAYLOAD_TOO_LARGE"]
    #: A message for people.
    message: str


class _Prospect(TypedDict):
    #: The company.
    company_id: str
    #: The company's name.
    company_name: str
    #: When the prospect was first known, RFC 3339 in UTC.
    created_at: str
    #: First name.
    first_name: str
    #: The id of the prospect within the caller's organization.
    id: str
    #: Last name.
    last_name: str
    #: When the prospect last changed, RFC 3339 in UTC.
    updated_at: str


class Prospect(_Prospect, total=False):
    """A person at a company."""

    #: Where in the company.
    department: Union[str, None]
    #: An address.
    email: Union[str, None]
    #: A telephone number.
    phone: Union[str, None]
    #: What the person does there.
    role: Union[str, None]
    #: How to address the person: `Frau` or `Herr`.
    salutation: Union[str, None]
    #: The level of the position, such as `executive`.
    seniority: Union[str, None]
    #: An academic title, such as `Dr.`.
    title: Union[str, None]


class ProspectList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[Prospect]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class _ProspectSearch(TypedDict):
    #: Where they are.
    geo_locations: List[str]
    #: The id of the search.
    id: str
    #: A description of the companies that are wanted.
    ideal_customer_profile: str
    #: A name for humans.
    name: str
    #: The keywords that companies are found by.
    search_keywords: List[str]
    #: Increases with each change; a change must name it.
    version: int


class ProspectSearch(_ProspectSearch, total=False):
    """A prospect search."""

    #: Number of companies that it found.
    company_count: int
    #: When it was created, RFC 3339 in UTC.
    created_at: str
    #: The languages of sources and texts. The vendor sets it; it cannot be changed.
    language_config: LanguageConfig
    #: Whether it is in use.
    status: SearchStatus
    #: In the response to a change: the fields that were left out, since an API key may not change them.
    stripped_fields: Union[List[Field], None]
    #: When it last changed, RFC 3339 in UTC.
    updated_at: str


class ProspectSearchList(TypedDict):
    """A page of a list, oldest first."""

    #: Whether more rows follow.
    has_more: bool
    #: The rows of the page.
    items: List[ProspectSearch]
    #: The `limit` that applied.
    limit: int
    #: The `offset` that applied.
    offset: int
    #: Number of rows on all pages.
    total: int


class RateLimitExceededError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["rate_limit_exceeded"]
    #: A message for people.
    message: str


class _RegisterEntry(TypedDict):
    #: The company.
    company_id: str
    #: The court that keeps the register, such as `Amtsgericht Hannover`.
    court: str
    #: Who may act for it.
    directors: List[str]
    #: Its legal form, such as `GmbH`.
    legal_form: str
    #: The name it is registered under.
    name: str
    #: Its number there, with the register: `HRB 12345`.
    number: str
    #: Which register: `HRA`, `HRB`, `GnR` or `PR`.
    register: str
    #: When it was registered, as a date.
    registered_on: str
    #: Where it is registered.
    seat: str


class RegisterEntry(_RegisterEntry, total=False):
    """A company's entry in the German commercial register."""

    #: Its share capital in euros, where its legal form has one.
    share_capital: Union[int, None]


class RequestTimeoutError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["REQUEST_TIMEOUT"]
    #: A message for people.
    message: str


class ScopeDetail(TypedDict):
    """What an operation needs and what the key holds."""

    #: All scopes that the operation needs, including those that the key holds.
    required_scopes: List[str]
    #: All scopes that the key holds.
    user_scopes: List[str]


class ServiceUnavailableError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["SERVICE_UNAVAILABLE"]
    #: A message for people.
    message: str


class SetBlacklists(TypedDict):
    """The body that sets the blacklists of a prospect search and replaces the previous ones."""

    #: The ids of the blacklists; an empty list removes all.
    blacklist_ids: List[str]


class _SetFeedback(TypedDict):
    #: Whether the company is what was wanted.
    rating: Rating


class SetFeedback(_SetFeedback, total=False):
    """The body that sets the feedback on a delivery and replaces the previous one."""

    #: Why.
    comment: Union[str, None]


class _SubmittedCompany(TypedDict):
    #: Its name.
    company_name: str


class SubmittedCompany(_SubmittedCompany, total=False):
    """A company that is submitted for enrichment."""

    #: Where it is.
    city: Union[str, None]
    #: Where it is, as a name such as `Germany`.
    country: Union[str, None]
    #: The caller's own id for it; returned as `source_id`.
    external_id: Union[str, None]
    #: Its website.
    website_url: Union[str, None]


class Technology(TypedDict):
    """Something a website is built with."""

    #: What it is, such as `CMS`.
    category: str
    #: When it was first seen there, RFC 3339 in UTC.
    first_seen_at: str
    #: Its name.
    name: str


class UnsupportedMediaTypeError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["UNSUPPORTED_MEDIA_TYPE"]
    #: A message for people.
    message: str


class UpdateBlacklist(TypedDict, total=False):
    """The body that changes a blacklist. Fields that are missing stay unchanged."""

    #: What it is for; `null` removes it.
    description: Union[str, None]
    #: A name for humans.
    name: str


class UpdateCompany(TypedDict, total=False):
    """The body that changes a company. Fields that are missing stay unchanged."""

    #: Where it is; `null` if unknown.
    city: Union[str, None]
    #: Number of employees.
    employee_count: int
    #: Its name.
    name: str
    #: Its telephone number; `null` if unknown.
    phone: Union[str, None]
    #: The review by the organization.
    review_status: ReviewStatus
    #: Its website.
    website: str


class UpdateOrganization(TypedDict, total=False):
    """The body that changes the organization's settings. Fields that are missing stay unchanged."""

    #: The email address of the contact; `null` removes it.
    contact_email: Union[str, None]
    #: The language in which the organization is addressed.
    language: Language
    #: A name for humans.
    name: str


class UpdateProspect(TypedDict, total=False):
    """The body that changes a prospect. Fields that are missing stay unchanged."""

    #: An address; `null` if unknown.
    email: Union[str, None]
    #: First name.
    first_name: str
    #: Last name.
    last_name: str
    #: A telephone number; `null` if unknown.
    phone: Union[str, None]
    #: What the person does there; `null` if unknown.
    role: Union[str, None]


class _UpdateProspectSearch(TypedDict):
    #: The version that was read. If it is not the present one, the response is 409. No JSON number beyond 2⁵³ is exact everywhere.
    version: int


class UpdateProspectSearch(_UpdateProspectSearch, total=False):
    """The body that changes a prospect search. Fields that are missing stay unchanged."""

    #: Ignored: an API key cannot change it.
    company_extraction_commands: Any
    #: Where they are.
    geo_locations: List[str]
    #: A description of the companies that are wanted.
    ideal_customer_profile: str
    #: Ignored: an API key cannot change it.
    language_config: Any
    #: A name for humans.
    name: str
    #: Ignored: an API key cannot change it.
    prospect_extraction_commands: Any
    #: The keywords that companies are found by.
    search_keywords: List[str]
    #: The fields to change; without it, all fields of the body.
    update_mask: List[Field]


class UriTooLongError(TypedDict):
    """An error with only a code and a message."""

    code: Literal["URI_TOO_LONG"]
    #: A message for people.
    message: str


class ValidationDetail(TypedDict):
    """The invalid parts of a request."""

    #: One entry for each invalid part.
    validation_errors: List[FieldError]


class ValidationError(TypedDict):
    """Parts of the request are invalid."""

    code: Literal["VALIDATION_ERROR"]
    #: The invalid parts.
    detail: ValidationDetail
    #: A message for people.
    message: str


class WebtechIntel(TypedDict):
    """What a company's website is built with."""

    #: When the website was analysed, RFC 3339 in UTC.
    analyzed_at: str
    #: The company.
    company_id: str
    #: The technologies that were found.
    technologies: List[Technology]
    #: Its website.
    website: str
