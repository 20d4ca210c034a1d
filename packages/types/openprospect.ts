// The types of the OpenProspect API: its bodies by their names, and its operations.
// Generated: UPDATE=1 cargo test -p schemas

/** The body that adds entries. */
export interface AddEntries {
  /** The entries. */
  entries: Array<NewEntry>;
}

/** A key, without its text. */
export interface ApiKey {
  /** When it was created, RFC 3339 in UTC. */
  created_at: string;
  /** When it expires or has expired, RFC 3339 in UTC; `null` for never. */
  expires_at?: string | null;
  /** The id of the key. */
  id: string;
  /** When it last authenticated a request, RFC 3339 in UTC; `null` for never. */
  last_used_at?: string | null;
  /** The key as it may be shown: its prefix, its first and its last four characters. */
  masked_key: string;
  /** A name for humans. */
  name?: string | null;
  /** The preset that has exactly these scopes, if there is one. */
  preset?: string | null;
  /** All scopes that the key holds. */
  scopes: Array<"companies:read" | "companies:write" | "prospects:read" | "prospects:write" | "prospect_searches:read" | "prospect_searches:write" | "job_search:read" | "job_search:write" | "handelsregister:read" | "webtech_intel:read" | "delivery:read" | "delivery:write" | "organization:read" | "organization:write" | "orders:read" | "orders:write" | "blacklists:read" | "blacklists:write">;
  /** Whether the key is valid. */
  status: KeyStatus;
  /** The rate-limit tier. */
  tier: "free" | "pro" | "enterprise";
}

/** A page of a list, oldest first. */
export interface ApiKeyList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<ApiKey>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** An error with only a code and a message. */
export interface AuthenticationError {
  code: "AUTHENTICATION_ERROR";
  /** A message for people. */
  message: string;
}

/** The key lacks a scope. */
export interface AuthorizationError {
  code: "AUTHORIZATION_ERROR";
  /** The scopes that the operation needs, and those that the key holds. */
  detail: ScopeDetail;
  /** Lists every scope that the operation needs. */
  message: string;
}

/** A blacklist. */
export interface Blacklist {
  /** When it was created, RFC 3339 in UTC. */
  created_at?: string;
  /** What it is for. */
  description?: string | null;
  /** Number of entries. */
  entry_count?: number;
  /** The id of the blacklist. */
  id: string;
  /** A name for humans. */
  name: string;
  /** When its name, description or entries last changed, RFC 3339 in UTC. */
  updated_at?: string;
}

/** An entry of a blacklist. */
export interface BlacklistEntry {
  /** As it was sent. */
  city?: string | null;
  /** As it was sent. */
  company_name?: string | null;
  /** When it was added, RFC 3339 in UTC. */
  created_at?: string;
  /** As it was sent. */
  external_id?: string | null;
  /** The id of the entry. */
  id: string;
  /** As it was sent. */
  website_url?: string | null;
}

/** A page of a list, oldest first. */
export interface BlacklistEntryList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<BlacklistEntry>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** A page of a list, oldest first. */
export interface BlacklistList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<Blacklist>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** A company. */
export interface Company {
  /** Its business, such as `Hotel`. */
  business_type: string;
  /** Where it is. */
  city?: string | null;
  /** Where it is, as a name such as `Germany`. */
  country: string;
  /** When it was first known, RFC 3339 in UTC. */
  created_at: string;
  /** Number of employees. */
  employee_count: number;
  /** The year it was founded in. */
  founded: number;
  /** The id of the company within the caller's organization. */
  id: string;
  /** Why it fits. */
  match_reasons: Array<string>;
  /** How well it fits, 0 to 10. */
  match_score: number;
  /** Its name, with the legal form. */
  name: string;
  /** Its telephone number. */
  phone?: string | null;
  /** Its postal code. */
  postal_code?: string | null;
  /** The prospect search it was found for; `null` for one that was submitted or created. */
  prospect_search_id?: string | null;
  /** The review by the caller's organization. */
  review_status: ReviewStatus;
  /** The caller's own id for it, from the last order that named it. */
  source_id?: string | null;
  /** Its street and number. */
  street?: string | null;
  /** When it last changed, RFC 3339 in UTC. */
  updated_at: string;
  /** Its website. */
  website: string;
}

/** A page of a list, oldest first. */
export interface CompanyList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<Company>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** A company's profile. */
export interface CompanyProfile {
  /** Where it is. */
  city?: string | null;
  /** Where it is, as a name such as `Germany`. */
  country?: string | null;
  /** Number of employees. */
  employee_count?: number | null;
  /** Its name. */
  name: string;
  /** Its website. */
  website?: string | null;
}

/** An error with only a code and a message. */
export interface ConflictError {
  code: "CONFLICT";
  /** A message for people. */
  message: string;
}

/** A person at a company. */
export interface Contact {
  /** An address at the company's domain. */
  email: string;
  /** First and last name. */
  name: string;
  /** What the person does there. */
  role: string;
}

/** The body that creates a key: `preset` or `scopes`, and what else it has. */
export interface CreateApiKey {
  /** When the key expires; never by default. */
  expires_at?: string;
  /** A name for humans. */
  name?: string;
  /** The scopes by name of a bundle. */
  preset?: "orders" | "read_only" | "full_access" | "discovery";
  /** The scopes one by one, only public ones. */
  scopes?: Array<"companies:read" | "companies:write" | "prospects:read" | "prospects:write" | "prospect_searches:read" | "prospect_searches:write" | "job_search:read" | "job_search:write" | "handelsregister:read" | "webtech_intel:read" | "delivery:read" | "delivery:write" | "organization:read" | "organization:write" | "orders:read" | "orders:write" | "blacklists:read" | "blacklists:write">;
  /** The rate-limit tier; `enterprise` by default. */
  tier?: "free" | "pro" | "enterprise";
}

/** The body that creates a blacklist. */
export interface CreateBlacklist {
  /** What it is for. */
  description?: string | null;
  /** A name for humans. */
  name: string;
}

/** The body that creates a company. */
export interface CreateCompany {
  /** Where it is. */
  city?: string | null;
  /** Where it is, as a name; `Germany` by default. */
  country?: string | null;
  /** Its name. */
  name: string;
  /** Its website. */
  website?: string | null;
}

/** The body that creates a job search. */
export interface CreateJobSearch {
  /** Only jobs in this city. */
  city?: string | null;
  /** Words of the title; one match is enough. */
  keywords: Array<string>;
}

/** The body that creates an order. */
export interface CreateOrder {
  /** Blacklists that apply in addition to those of the prospect search. Only a discovery order can have them. The blacklist guide speaks of them, without the field's name. */
  blacklist_ids?: Array<string>;
  /** The companies to enrich. A discovery order must not have them. */
  companies?: Array<SubmittedCompany>;
  /** The groups of data wanted. */
  features: Array<Feature>;
  /** What to do; `ENRICHMENT` by default. */
  order_type?: OrderType;
  /** A name for the profile that is created with the order. */
  profile_name?: string | null;
  /** The prospect search to find companies for; without it, any company may be found. Only a discovery order can have it. The guides speak of a profile, without the field's name. */
  prospect_search_id?: string | null;
  /** Maximum number of companies to find. Only a discovery order can have it. */
  quantity?: number;
  /** A name for humans. */
  title: string;
}

/** The body that creates a prospect. */
export interface CreateProspect {
  /** The company. */
  company_id: string;
  /** An address. */
  email?: string | null;
  /** First name. */
  first_name: string;
  /** Last name. */
  last_name: string;
  /** A telephone number. */
  phone?: string | null;
  /** What the person does there. */
  role?: string | null;
}

/** A key that was just created: the one body that shows it in full. */
export interface CreatedApiKey {
  /** When it was created, RFC 3339 in UTC. */
  created_at: string;
  /** When it expires or has expired, RFC 3339 in UTC; `null` for never. */
  expires_at?: string | null;
  /** The id of the key. */
  id: string;
  /** The key in full. It cannot be read again. */
  key: string;
  /** When it last authenticated a request, RFC 3339 in UTC; `null` for never. */
  last_used_at?: string | null;
  /** The key as it may be shown: its prefix, its first and its last four characters. */
  masked_key: string;
  /** A name for humans. */
  name?: string | null;
  /** The preset that has exactly these scopes, if there is one. */
  preset?: string | null;
  /** All scopes that the key holds. */
  scopes: Array<"companies:read" | "companies:write" | "prospects:read" | "prospects:write" | "prospect_searches:read" | "prospect_searches:write" | "job_search:read" | "job_search:write" | "handelsregister:read" | "webtech_intel:read" | "delivery:read" | "delivery:write" | "organization:read" | "organization:write" | "orders:read" | "orders:write" | "blacklists:read" | "blacklists:write">;
  /** Whether the key is valid. */
  status: KeyStatus;
  /** The rate-limit tier. */
  tier: "free" | "pro" | "enterprise";
}

/** The body that removes entries. */
export interface DeleteEntries {
  /** The ids of the entries. If one is unknown, none is removed. */
  entry_ids: Array<string>;
}

/** A company that an order delivered. */
export interface Delivery {
  /** The company. */
  company_id: string;
  /** When the order was completed, RFC 3339 in UTC. */
  delivered_at: string;
  /** The feedback of the organization. */
  feedback?: Feedback | null;
  /** The id of the delivery. */
  id: string;
  /** The company's name. */
  name: string;
  /** The order. */
  order_id: string;
  /** Contacts at the company, if the order asked for `CONTACTS`. */
  prospects: Array<Prospect>;
}

/** A page of a list, oldest first. */
export interface DeliveryList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<Delivery>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** The object does not exist. */
export interface EntityNotFoundError {
  code: "ENTITY_NOT_FOUND";
  /** The kind of the requested object, such as `order`. */
  entity_type: string;
  /** The identifier in the request. */
  identifier: string;
  /** A message for people. */
  message: string;
}

/** The result of adding entries. */
export interface EntriesAdded {
  /** Number of entries that were added. */
  added: number;
  /** Number of entries in the blacklist now. */
  total: number;
}

/** A group of data that an order can ask for. The guide mentions more, without their names. */
export type Feature = "COMPANY_DATA" | "CONTACTS" | "TECHNOLOGIES";

/** An organization's feedback on a delivery. */
export interface Feedback {
  /** Why. */
  comment?: string | null;
  /** Whether the company is what was wanted. */
  rating: Rating;
  /** When the feedback was given, RFC 3339 in UTC. */
  updated_at: string;
}

/** A field that a change can name. The vendor's page on editing states who may change each. */
export type Field = "name" | "ideal_customer_profile" | "geo_locations" | "search_keywords" | "language_config" | "company_extraction_commands" | "prospect_extraction_commands";

/** An invalid part of a request. */
export interface FieldError {
  /** What is wrong, and what would be right. */
  error: string;
  /** The place: a query parameter, or a path into the body such as `companies[0].company_name`. */
  field: string;
  /** The value in the request; `null` if there is none. */
  provided: unknown;
}

/** An error with only a code and a message. */
export interface HeadersTooLargeError {
  code: "HEADERS_TOO_LARGE";
  /** A message for people. */
  message: string;
}

/** An error with only a code and a message. */
export interface InternalError {
  code: "INTERNAL_ERROR";
  /** A message for people. */
  message: string;
}

/** An error with only a code and a message. */
export interface InvalidJsonError {
  code: "INVALID_JSON";
  /** A message for people. */
  message: string;
}

/** An error with only a code and a message. */
export interface InvalidRequestError {
  code: "INVALID_REQUEST";
  /** A message for people. */
  message: string;
}

/** A job that a company offers. */
export interface Job {
  /** Where. */
  city?: string | null;
  /** The company. */
  company_id: string;
  /** Where in the company. */
  department: string;
  /** A few sentences. */
  description: string;
  /** The type of employment, such as `full_time`. */
  employment_type: string;
  /** The id of the job. */
  id: string;
  /** When it was posted, RFC 3339 in UTC. */
  posted_at: string;
  /** Whether the job is remote. */
  remote: boolean;
  /** The title of the position. */
  title: string;
}

/** A page of a list, oldest first. */
export interface JobList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<Job>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** A search for jobs that companies offer. */
export interface JobSearch {
  /** Only jobs in this city. */
  city?: string | null;
  /** When it was created, RFC 3339 in UTC. */
  created_at: string;
  /** The id of the search. */
  id: string;
  /** Words of the title; one match is enough. */
  keywords: Array<string>;
  /** Number of jobs that it found. */
  total: number;
}

/** A page of a list, oldest first. */
export interface JobSearchList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<JobSearch>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** Whether a key is valid. */
export type KeyStatus = "active" | "expired" | "revoked";

/** The language in which an organization is addressed. */
export type Language = "de" | "en";

/** The languages of a search. */
export interface LanguageConfig {
  /** The language of texts about companies. */
  output: string;
  /** The language of the websites that are searched. */
  search: string;
}

/** An error with only a code and a message. */
export interface MethodNotAllowedError {
  code: "METHOD_NOT_ALLOWED";
  /** A message for people. */
  message: string;
}

/** A company to leave out. The blacklist guide compares, best first: `external_id`, the domain of `website_url`, `company_name` with `city`, `company_name` alone. */
export interface NewEntry {
  /** Where it is. It needs a name. */
  city?: string | null;
  /** Its name. */
  company_name?: string | null;
  /** The caller's own id of the company. */
  external_id?: string | null;
  /** Its website; only the domain is compared. */
  website_url?: string | null;
}

/** An error with only a code and a message. */
export interface NotFoundError {
  code: "NOT_FOUND";
  /** A message for people. */
  message: string;
}

/** An error with only a code and a message. */
export interface NotImplementedError {
  code: "NOT_IMPLEMENTED";
  /** A message for people. */
  message: string;
}

/** An order. */
export interface Order {
  /** As they were sent. */
  blacklist_ids?: Array<string>;
  /** Number of companies that were submitted. */
  company_count?: number;
  /** When it was created, RFC 3339 in UTC. */
  created_at?: string;
  /** The groups of data it asks for. */
  features?: Array<Feature>;
  /** The id of the order. */
  id: string;
  /** What it asks for. */
  order_type?: OrderType;
  /** As it was sent. */
  profile_name?: string | null;
  /** As it was sent. */
  prospect_search_id?: string | null;
  /** As it was sent. */
  quantity?: number | null;
  /** The status of the order. */
  status: OrderStatus;
  /** As it was sent. */
  title: string;
  /** When it reached its present status, RFC 3339 in UTC. */
  updated_at?: string;
}

/** A page of orders, oldest first. */
export interface OrderList {
  /** The `limit` that applied. */
  limit?: number;
  /** The `offset` that applied. */
  offset?: number;
  /** The page. */
  orders: Array<Order>;
  /** Number of orders on all pages. */
  total: number;
}

/** What an order found about one company. */
export interface OrderResult {
  /** The profile, if `COMPANY_DATA` was asked for; otherwise only the name. */
  company?: CompanyProfile;
  /** The company, among those of the organization. */
  company_id?: string;
  /** Contacts at the company, if `CONTACTS` was asked for. */
  contacts?: Array<Contact> | null;
  /** How well the company fits, 0 to 10. */
  match_score?: number;
  /** The caller's `external_id` of the company; `null` for a company that was discovered. */
  source_id?: string | null;
  /** What its website is built with, if `TECHNOLOGIES` was asked for. */
  technologies?: Array<string> | null;
}

/** A page of what an order found, in the order of its companies. */
export interface OrderResults {
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** The order. */
  order_id: string;
  /** The page. */
  results: Array<OrderResult>;
  /** Number of results on all pages. */
  total: number;
}

/** The status of an order (enrichment and discovery order guides). */
export type OrderStatus = "RECEIVED" | "ACCEPTED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED";

/** What an order asks for. */
export type OrderType = "ENRICHMENT" | "DISCOVERY";

/** The caller's organization. */
export interface Organization {
  /** The email address of the contact. */
  contact_email?: string | null;
  /** When it was created, RFC 3339 in UTC. */
  created_at: string;
  /** The id of the organization. */
  id: string;
  /** The language in which the organization is addressed. */
  language: Language;
  /** A name for humans. */
  name: string;
  /** When its settings last changed, RFC 3339 in UTC. */
  updated_at: string;
}

/** An error with only a code and a message. */
export interface PayloadTooLargeError {
  code: "PAYLOAD_TOO_LARGE";
  /** A message for people. */
  message: string;
}

/** A person at a company. */
export interface Prospect {
  /** The company. */
  company_id: string;
  /** The company's name. */
  company_name: string;
  /** When the prospect was first known, RFC 3339 in UTC. */
  created_at: string;
  /** Where in the company. */
  department?: string | null;
  /** An address. */
  email?: string | null;
  /** First name. */
  first_name: string;
  /** The id of the prospect within the caller's organization. */
  id: string;
  /** Last name. */
  last_name: string;
  /** A telephone number. */
  phone?: string | null;
  /** What the person does there. */
  role?: string | null;
  /** How to address the person: `Frau` or `Herr`. */
  salutation?: string | null;
  /** The level of the position, such as `executive`. */
  seniority?: string | null;
  /** An academic title, such as `Dr.`. */
  title?: string | null;
  /** When the prospect last changed, RFC 3339 in UTC. */
  updated_at: string;
}

/** A page of a list, oldest first. */
export interface ProspectList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<Prospect>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** A prospect search. */
export interface ProspectSearch {
  /** Number of companies that it found. */
  company_count?: number;
  /** When it was created, RFC 3339 in UTC. */
  created_at?: string;
  /** Where they are. */
  geo_locations: Array<string>;
  /** The id of the search. */
  id: string;
  /** A description of the companies that are wanted. */
  ideal_customer_profile: string;
  /** The languages of sources and texts. The vendor sets it; it cannot be changed. */
  language_config?: LanguageConfig;
  /** A name for humans. */
  name: string;
  /** The keywords that companies are found by. */
  search_keywords: Array<string>;
  /** Whether it is in use. */
  status?: SearchStatus;
  /** In the response to a change: the fields that were left out, since an API key may not change them. */
  stripped_fields?: Array<Field> | null;
  /** When it last changed, RFC 3339 in UTC. */
  updated_at?: string;
  /** Increases with each change; a change must name it. */
  version: number;
}

/** A page of a list, oldest first. */
export interface ProspectSearchList {
  /** Whether more rows follow. */
  has_more: boolean;
  /** The rows of the page. */
  items: Array<ProspectSearch>;
  /** The `limit` that applied. */
  limit: number;
  /** The `offset` that applied. */
  offset: number;
  /** Number of rows on all pages. */
  total: number;
}

/** An error with only a code and a message. */
export interface RateLimitExceededError {
  code: "rate_limit_exceeded";
  /** A message for people. */
  message: string;
}

/** Whether a delivered company is what was wanted. */
export type Rating = "good" | "bad";

/** A company's entry in the German commercial register. */
export interface RegisterEntry {
  /** The company. */
  company_id: string;
  /** The court that keeps the register, such as `Amtsgericht Hannover`. */
  court: string;
  /** Who may act for it. */
  directors: Array<string>;
  /** Its legal form, such as `GmbH`. */
  legal_form: string;
  /** The name it is registered under. */
  name: string;
  /** Its number there, with the register: `HRB 12345`. */
  number: string;
  /** Which register: `HRA`, `HRB`, `GnR` or `PR`. */
  register: string;
  /** When it was registered, as a date. */
  registered_on: string;
  /** Where it is registered. */
  seat: string;
  /** Its share capital in euros, where its legal form has one. */
  share_capital?: number | null;
}

/** An error with only a code and a message. */
export interface RequestTimeoutError {
  code: "REQUEST_TIMEOUT";
  /** A message for people. */
  message: string;
}

/** The review of a company by the caller's organization. */
export type ReviewStatus = "accepted" | "rejected" | "pending";

/** What an operation needs and what the key holds. */
export interface ScopeDetail {
  /** All scopes that the operation needs, including those that the key holds. */
  required_scopes: Array<string>;
  /** All scopes that the key holds. */
  user_scopes: Array<string>;
}

/** Whether a search is in use. */
export type SearchStatus = "ACTIVE" | "PAUSED";

/** An error with only a code and a message. */
export interface ServiceUnavailableError {
  code: "SERVICE_UNAVAILABLE";
  /** A message for people. */
  message: string;
}

/** The body that sets the blacklists of a prospect search and replaces the previous ones. */
export interface SetBlacklists {
  /** The ids of the blacklists; an empty list removes all. */
  blacklist_ids: Array<string>;
}

/** The body that sets the feedback on a delivery and replaces the previous one. */
export interface SetFeedback {
  /** Why. */
  comment?: string | null;
  /** Whether the company is what was wanted. */
  rating: Rating;
}

/** A company that is submitted for enrichment. */
export interface SubmittedCompany {
  /** Where it is. */
  city?: string | null;
  /** Its name. */
  company_name: string;
  /** Where it is, as a name such as `Germany`. */
  country?: string | null;
  /** The caller's own id for it; returned as `source_id`. */
  external_id?: string | null;
  /** Its website. */
  website_url?: string | null;
}

/** Something a website is built with. */
export interface Technology {
  /** What it is, such as `CMS`. */
  category: string;
  /** When it was first seen there, RFC 3339 in UTC. */
  first_seen_at: string;
  /** Its name. */
  name: string;
}

/** An error with only a code and a message. */
export interface UnsupportedMediaTypeError {
  code: "UNSUPPORTED_MEDIA_TYPE";
  /** A message for people. */
  message: string;
}

/** The body that changes a blacklist. Fields that are missing stay unchanged. */
export interface UpdateBlacklist {
  /** What it is for; `null` removes it. */
  description?: string | null;
  /** A name for humans. */
  name?: string;
}

/** The body that changes a company. Fields that are missing stay unchanged. */
export interface UpdateCompany {
  /** Where it is; `null` if unknown. */
  city?: string | null;
  /** Number of employees. */
  employee_count?: number;
  /** Its name. */
  name?: string;
  /** Its telephone number; `null` if unknown. */
  phone?: string | null;
  /** The review by the organization. */
  review_status?: ReviewStatus;
  /** Its website. */
  website?: string;
}

/** The body that changes the organization's settings. Fields that are missing stay unchanged. */
export interface UpdateOrganization {
  /** The email address of the contact; `null` removes it. */
  contact_email?: string | null;
  /** The language in which the organization is addressed. */
  language?: Language;
  /** A name for humans. */
  name?: string;
}

/** The body that changes a prospect. Fields that are missing stay unchanged. */
export interface UpdateProspect {
  /** An address; `null` if unknown. */
  email?: string | null;
  /** First name. */
  first_name?: string;
  /** Last name. */
  last_name?: string;
  /** A telephone number; `null` if unknown. */
  phone?: string | null;
  /** What the person does there; `null` if unknown. */
  role?: string | null;
}

/** The body that changes a prospect search. Fields that are missing stay unchanged. */
export interface UpdateProspectSearch {
  /** Ignored: an API key cannot change it. */
  company_extraction_commands?: unknown;
  /** Where they are. */
  geo_locations?: Array<string>;
  /** A description of the companies that are wanted. */
  ideal_customer_profile?: string;
  /** Ignored: an API key cannot change it. */
  language_config?: unknown;
  /** A name for humans. */
  name?: string;
  /** Ignored: an API key cannot change it. */
  prospect_extraction_commands?: unknown;
  /** The keywords that companies are found by. */
  search_keywords?: Array<string>;
  /** The fields to change; without it, all fields of the body. */
  update_mask?: Array<Field>;
  /** The version that was read. If it is not the present one, the response is 409. No JSON number beyond 2⁵³ is exact everywhere. */
  version: number;
}

/** An error with only a code and a message. */
export interface UriTooLongError {
  code: "URI_TOO_LONG";
  /** A message for people. */
  message: string;
}

/** The invalid parts of a request. */
export interface ValidationDetail {
  /** One entry for each invalid part. */
  validation_errors: Array<FieldError>;
}

/** Parts of the request are invalid. */
export interface ValidationError {
  code: "VALIDATION_ERROR";
  /** The invalid parts. */
  detail: ValidationDetail;
  /** A message for people. */
  message: string;
}

/** What a company's website is built with. */
export interface WebtechIntel {
  /** When the website was analysed, RFC 3339 in UTC. */
  analyzed_at: string;
  /** The company. */
  company_id: string;
  /** The technologies that were found. */
  technologies: Array<Technology>;
  /** Its website. */
  website: string;
}

/** Every operation. Paths follow the base URL, which ends with `/api/v1`. */
export interface Operations {
  /** List the orders of the caller's organization. */
  list_orders: { method: "GET"; path: "/orders"; query: { limit?: number; offset?: number }; body: undefined; response: OrderList };
  /** Create an enrichment or a discovery order. */
  create_order: { method: "POST"; path: "/orders"; query: Record<string, never>; body: CreateOrder; response: Order };
  /** Read one order. */
  get_order: { method: "GET"; path: "/orders/{id}"; query: Record<string, never>; body: undefined; response: Order };
  /** Read what a completed order found. */
  get_order_results: { method: "GET"; path: "/orders/{id}/results"; query: { limit?: number; offset?: number }; body: undefined; response: OrderResults };
  /** Create a blacklist. */
  create_blacklist: { method: "POST"; path: "/blacklists"; query: Record<string, never>; body: CreateBlacklist; response: Blacklist };
  /** List the blacklists of the caller's organization. */
  list_blacklists: { method: "GET"; path: "/blacklists"; query: { limit?: number; offset?: number }; body: undefined; response: BlacklistList };
  /** Read one blacklist. */
  get_blacklist: { method: "GET"; path: "/blacklists/{id}"; query: Record<string, never>; body: undefined; response: Blacklist };
  /** Change a blacklist's name or description. */
  update_blacklist: { method: "PATCH"; path: "/blacklists/{id}"; query: Record<string, never>; body: UpdateBlacklist; response: Blacklist };
  /** Delete a blacklist with its entries. */
  delete_blacklist: { method: "DELETE"; path: "/blacklists/{id}"; query: Record<string, never>; body: undefined; response: undefined };
  /** Add at most 10,000 entries to a blacklist. */
  add_blacklist_entries: { method: "POST"; path: "/blacklists/{id}/entries"; query: Record<string, never>; body: AddEntries; response: EntriesAdded };
  /** List the entries of a blacklist. */
  list_blacklist_entries: { method: "GET"; path: "/blacklists/{id}/entries"; query: { limit?: number; offset?: number }; body: undefined; response: BlacklistEntryList };
  /** Remove entries from a blacklist. */
  delete_blacklist_entries: { method: "DELETE"; path: "/blacklists/{id}/entries"; query: Record<string, never>; body: DeleteEntries; response: undefined };
  /** List the prospect searches of the caller's organization. */
  list_prospect_searches: { method: "GET"; path: "/prospect-searches"; query: { limit?: number; offset?: number }; body: undefined; response: ProspectSearchList };
  /** Read one prospect search. */
  get_prospect_search: { method: "GET"; path: "/prospect-searches/{id}"; query: Record<string, never>; body: undefined; response: ProspectSearch };
  /** Change a prospect search, if it is still at the version that was read. */
  update_prospect_search: { method: "PATCH"; path: "/prospect-searches/{id}"; query: Record<string, never>; body: UpdateProspectSearch; response: ProspectSearch };
  /** List the blacklists that a prospect search has. */
  list_search_blacklists: { method: "GET"; path: "/prospect-searches/{id}/blacklists"; query: { limit?: number; offset?: number }; body: undefined; response: BlacklistList };
  /** Set the blacklists of a prospect search. */
  set_search_blacklists: { method: "PUT"; path: "/prospect-searches/{id}/blacklists"; query: Record<string, never>; body: SetBlacklists; response: BlacklistList };
  /** List the companies of the caller's organization. */
  list_companies: { method: "GET"; path: "/companies"; query: { limit?: number; offset?: number; prospect_search_id?: string; min_match_score?: number; review_status?: "accepted" | "rejected" | "pending"; review_status_list?: Array<"accepted" | "rejected" | "pending">; search?: string }; body: undefined; response: CompanyList };
  /** Create a company. */
  create_company: { method: "POST"; path: "/companies"; query: Record<string, never>; body: CreateCompany; response: Company };
  /** Read one company. */
  get_company: { method: "GET"; path: "/companies/{id}"; query: Record<string, never>; body: undefined; response: Company };
  /** Change a company's data or its review status. */
  update_company: { method: "PATCH"; path: "/companies/{id}"; query: Record<string, never>; body: UpdateCompany; response: Company };
  /** List the jobs that a company offers. */
  list_company_jobs: { method: "GET"; path: "/companies/{id}/jobs"; query: { limit?: number; offset?: number }; body: undefined; response: JobList };
  /** Read what a company's website is built with. */
  get_webtech_intel: { method: "GET"; path: "/companies/{id}/webtech-intel"; query: Record<string, never>; body: undefined; response: WebtechIntel };
  /** Read a company's entry in the commercial register. */
  get_register_entry: { method: "GET"; path: "/companies/{id}/handelsregister"; query: Record<string, never>; body: undefined; response: RegisterEntry };
  /** List the prospects of the caller's organization. */
  list_prospects: { method: "GET"; path: "/prospects"; query: { limit?: number; offset?: number; company_id?: string; search?: string }; body: undefined; response: ProspectList };
  /** Create a prospect at a company. */
  create_prospect: { method: "POST"; path: "/prospects"; query: Record<string, never>; body: CreateProspect; response: Prospect };
  /** Read one prospect. */
  get_prospect: { method: "GET"; path: "/prospects/{id}"; query: Record<string, never>; body: undefined; response: Prospect };
  /** Change a prospect. */
  update_prospect: { method: "PATCH"; path: "/prospects/{id}"; query: Record<string, never>; body: UpdateProspect; response: Prospect };
  /** List the deliveries of completed orders. */
  list_deliveries: { method: "GET"; path: "/deliveries"; query: { limit?: number; offset?: number; delivered_since?: string; order_id?: string }; body: undefined; response: DeliveryList };
  /** Read one delivery. */
  get_delivery: { method: "GET"; path: "/deliveries/{id}"; query: Record<string, never>; body: undefined; response: Delivery };
  /** Give feedback on a delivered company. */
  set_feedback: { method: "PUT"; path: "/deliveries/{id}/feedback"; query: Record<string, never>; body: SetFeedback; response: Delivery };
  /** Create a job search. */
  create_job_search: { method: "POST"; path: "/job-searches"; query: Record<string, never>; body: CreateJobSearch; response: JobSearch };
  /** List the job searches of the caller's organization. */
  list_job_searches: { method: "GET"; path: "/job-searches"; query: { limit?: number; offset?: number }; body: undefined; response: JobSearchList };
  /** Read one job search. */
  get_job_search: { method: "GET"; path: "/job-searches/{id}"; query: Record<string, never>; body: undefined; response: JobSearch };
  /** List the jobs that a job search found. */
  list_job_search_results: { method: "GET"; path: "/job-searches/{id}/results"; query: { limit?: number; offset?: number }; body: undefined; response: JobList };
  /** Read the settings of the caller's organization. */
  get_organization: { method: "GET"; path: "/organization"; query: Record<string, never>; body: undefined; response: Organization };
  /** Change the settings of the caller's organization. */
  update_organization: { method: "PATCH"; path: "/organization"; query: Record<string, never>; body: UpdateOrganization; response: Organization };
  /** Create an API key. Only this response shows the key in full; it needs an access token. */
  create_api_key: { method: "POST"; path: "/api-keys"; query: Record<string, never>; body: CreateApiKey; response: CreatedApiKey };
  /** List the API keys of the caller's organization, masked. It needs an access token. */
  list_api_keys: { method: "GET"; path: "/api-keys"; query: { limit?: number; offset?: number }; body: undefined; response: ApiKeyList };
  /** Read one API key, masked. It needs an access token. */
  get_api_key: { method: "GET"; path: "/api-keys/{id}"; query: Record<string, never>; body: undefined; response: ApiKey };
  /** Revoke an API key immediately and permanently. It needs an access token. */
  revoke_api_key: { method: "DELETE"; path: "/api-keys/{id}"; query: Record<string, never>; body: undefined; response: undefined };
}
