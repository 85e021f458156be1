package store

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/ospo-register/ospo/models"
)

// sentences says in people's words what a violated constraint means. A constraint that is not here is a rule that
// models should have caught: it is answered as our own fault and logged with its name.
var sentences = map[string]models.Error{
	"agencies_uri_once":                 taken("agency-uri-taken", "uri", "Another agency has this URI already."),
	"agencies_code_once":                taken("agency-code-taken", "code", "Another agency has this national code already."),
	"agencies_parent_exists":            missing("parentId", "There is no such parent agency."),
	"agencies_successor_exists":         missing("successorId", "There is no such successor agency."),
	"agencies_not_under_itself":         missing("parentId", "An agency cannot stand under itself."),
	"users_email_once":                  taken("user-email-taken", "email", "Another person is registered with this e-mail address."),
	"memberships_once":                  taken("membership-held", "role", "The person has this role there already."),
	"memberships_user_id_fkey":          missing("userId", "There is no such person."),
	"memberships_agency_id_fkey":        missing("agencyId", "There is no such agency."),
	"tokens_agency_id_fkey":             missing("agencyId", "There is no such agency."),
	"assets_name_once_per_agency":       taken("asset-name-taken", "name", "This agency has software of this name and edition in the register already. Use that entry, or give this one an edition."),
	"assets_steward_exists":             missing("stewardId", "There is no such agency."),
	"releases_asset_exists":             missing("assetId", "There is no such asset."),
	"releases_number_once_per_asset":    taken("release-number-taken", "number", "This release is in the register already."),
	"sboms_document_once_per_release":   taken("sbom-received", "body", "This document is on this release already."),
	"assets_parent_exists":              missing("parentId", "There is no such asset."),
	"assets_not_part_of_itself":         missing("parentId", "Software cannot be a part of itself."),
	"deliveries_once_per_link":          taken("link-used", "body", "A document is coming in by this link already. Ask for a new link to send another."),
	"retention_rules_one_per_agency":    taken("retention-rule-exists", "agencyId", "There is a retention rule for this agency already. End it first."),
	"retention_rules_agency_exists":     missing("agencyId", "There is no such agency."),
	"license_policies_one_per_agency":   taken("policy-exists", "agencyId", "There is a licence policy here already. Write a new version of it."),
	"license_policies_agency_exists":    missing("agencyId", "There is no such agency."),
	"policy_versions_one_draft":         taken("policy-draft-exists", "text", "There is a draft of this policy already. Change it, or discard it first."),
	"policy_versions_number_once":       taken("policy-changed", "text", "Somebody else has made a version of this policy at the same moment. Look at it and try again."),
	"policy_versions_one_active":        taken("policy-changed", "state", "Somebody else has activated a version of this policy at the same moment. Look at it and try again."),
	"license_lists_digest_once":         taken("license-list-known", "licenses", "This licence list is in the register already."),
	"license_lists_one_active":          taken("license-list-changed", "state", "Somebody else has activated a licence list at the same moment. Look at it and try again."),
	"license_choices_once":              taken("license-choice-exists", "expression", "A choice is recorded here for this expression already. End it first."),
	"license_choices_agency_exists":     missing("agencyId", "There is no such agency."),
	"license_choices_asset_exists":      missing("assetId", "There is no such asset."),
	"license_conclusions_once":          taken("license-conclusion-exists", "component", "A licence is concluded here for this component already. End that conclusion first."),
	"license_conclusions_agency_exists": missing("agencyId", "There is no such agency."),
	"license_conclusions_asset_exists":  missing("assetId", "There is no such asset."),
	"exemptions_agency_exists":          missing("agencyId", "There is no such agency."),
	"exemptions_asset_exists":           missing("assetId", "There is no such asset."),
	"exemptions_release_exists":         missing("releaseId", "There is no such release."),
	"exemptions_policy_exists":          missing("policyId", "There is no such policy."),
	"exemptions_renewed_once":           taken("exemption-renewed", "renewsId", "This exemption was renewed already."),
	"exemptions_two_people":             {Kind: models.Forbidden, Code: "own-request", Detail: "Nobody decides on a request of their own. Ask another person to."},
	"findings_assignee_exists":          missing("assigneeId", "There is no such person."),
	"regimes_code_once":                 taken("regime-exists", "code", "There is a regime with this code here already. Write a new version of it."),
	"regimes_agency_exists":             missing("agencyId", "There is no such agency."),
	"regime_versions_one_draft":         taken("regime-draft-exists", "text", "There is a draft of this regime already. Change it, or discard it first."),
	"regime_versions_number_once":       taken("regime-changed", "text", "Somebody else has made a version of this regime at the same moment. Look at it and try again."),
	"decisions_agency_exists":           missing("agencyId", "There is no such agency."),
	"decisions_asset_exists":            missing("assetId", "There is no such software."),
	"decisions_ref_once":                taken("decision-changed", "ref", "Another decision was opened at the same moment. Try again."),
	"decision_parts_once":               taken("decision-changed", "part", "Somebody else has changed this part at the same moment. Look at it and try again."),
	"decision_moves_once":               taken("decision-changed", "to", "Somebody else has moved this decision at the same moment. Look at it and try again."),
	"decision_publications_once":        taken("decision-changed", "to", "Somebody else has published this decision at the same moment."),
	"decision_suggestions_once":         taken("decision-changed", "number", "Somebody else has suggested something for this decision at the same moment. Send it again."),
	"ocds_releases_once":                taken("decision-changed", "to", "Somebody else has published this decision at the same moment."),
	"policy_checks_once":                taken("policy-check-kept", "body", "This verdict is kept already."),
	"calendar_feeds_agency_exists":      missing("agencyId", "There is no such agency."),
	"publishers_uuid_once":              taken("publisher-exists", "id", "This publisher is in the register already."),
	"publishers_name_once":              taken("publisher-exists", "name", "There is a publisher of this name already."),
	"publishers_alternative_id_once":    taken("publisher-exists", "alternativeId", "There is a publisher with this alternative id already."),
	"publishers_agency_exists":          missing("agencyId", "There is no such agency."),
	"code_hostings_url_once":            taken("hosting-taken", "hostings", "One of these addresses belongs to another publisher already."),
	"repositories_uuid_once":            taken("repository-exists", "id", "This repository is in the register already."),
	"repositories_url_once":             taken("repository-exists", "url", "This repository is in the register already."),
	"repositories_asset_exists":         missing("assetId", "There is no such software."),
	"repositories_agency_exists":        missing("agencyId", "There is no such agency."),
	"repository_aliases_url_once":       taken("repository-exists", "aliases", "One of these addresses is that of another repository already."),
	"crawler_catalogs_uuid_once":        taken("crawler-catalog-exists", "id", "This catalogue is in the register already."),
	"crawler_catalogs_alternative_once": taken("crawler-catalog-exists", "alternativeId", "There is a catalogue with this alternative id already."),
	"crawler_logs_uuid_once":            taken("crawler-log-exists", "id", "This line is in the log already."),
	"software_bundles_uuid_once":        taken("software-bundle-exists", "id", "This bundle is in the register already."),
	"software_bundles_name_once":        taken("software-bundle-exists", "name", "There is a bundle of this name already."),
	"sources_name_once":                 taken("source-exists", "name", "There is a source of this name already."),
	"sources_url_once":                  taken("source-exists", "url", "The catalogue at this address is a source already."),
	"readings_one_open":                 taken("reading-open", "sourceId", "A reading of this source waits or runs already."),
	"foreign_entries_once":              taken("source-changed", "key", "The source was read by somebody else at the same moment. Read it again."),
	"harvests_one_open":                 taken("harvest-open", "publisherId", "A harvest of these addresses waits or runs already."),
	"revisions_once":                    taken("repository-changed", "revisions", "Somebody else has written of this revision at the same moment. Try again."),
	"use_claims_once":                   taken("use-claim-exists", "agencyId", "Somebody has said this of the agency already, and it has not answered yet."),
	"use_claims_name_once":              taken("use-claim-exists", "stated", "Somebody has said this of the same name already. Say which agency is meant there."),
	"use_claims_asset_exists":           missing("assetId", "There is no such asset."),
	"use_claims_agency_exists":          missing("agencyId", "There is no such agency."),
	"referents_once":                    taken("referent-exists", "assetId", "You have offered to answer questions about this software already."),
	"referents_agency_exists":           missing("agencyId", "There is no such agency."),
	"calls_agency_exists":               missing("agencyId", "There is no such agency."),
	"calls_asset_exists":                missing("assetId", "There is no such asset."),
	"call_members_once":                 taken("call-joined", "agencyId", "This agency is in the group already."),
	"call_members_agency_exists":        missing("agencyId", "There is no such agency."),
	"access_requests_once":              taken("access-requested", "agencyId", "This agency has asked for access already, and nobody has decided on it yet."),
	"access_requests_agency_exists":     missing("agencyId", "There is no such agency."),
	"access_requests_two_people":        {Kind: models.Forbidden, Code: "own-request", Detail: "Nobody decides on a request of their own. Ask another person to."},
	"deployments_agency_exists":         missing("agencyId", "There is no such agency."),
	"deployments_asset_exists":          missing("assetId", "There is no such asset."),
	"deployments_release_exists":        missing("releaseId", "There is no such release."),
	"deployments_once":                  taken("deployment-registered", "assetId", "This agency has registered the same software, version, service and environment already. Confirm or change that entry instead."),
	"continuities_once":                 taken("continuity-changed", "assetId", "Somebody else has written this at the same moment. Look at it and try again."),
	"continuities_replacement_exists":   missing("replacementId", "There is no such software."),
	"checklist_answers_asset_exists":    missing("assetId", "There is no such software."),
	"stack_entries_once":                taken("stack-entry-exists", "assetId", "The stack has an entry for this software and function here already. Supersede that one."),
	"stack_entries_superseded_once":     taken("stack-entry-superseded", "supersedesId", "This entry was superseded already. Look at the one that holds."),
	"stack_entries_agency_exists":       missing("agencyId", "There is no such agency."),
	"stack_entries_asset_exists":        missing("assetId", "There is no such software."),
	"stack_entries_decision_exists":     missing("decisionId", "There is no such decision."),
	"stack_entries_supersedes_exists":   missing("supersedesId", "There is no such entry of the stack."),
	"webhooks_agency_exists":            missing("agencyId", "There is no such agency."),
}

func taken(code, field, detail string) models.Error {
	return models.Error{Kind: models.Conflict, Code: code, Detail: detail,
		Fields: []models.FieldError{{Field: field, Code: "taken", Detail: detail}}}
}

func missing(field, detail string) models.Error {
	return models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: detail,
		Fields: []models.FieldError{{Field: field, Code: "unknown", Detail: detail}}}
}

// fault turns the errors of Postgres that a person can act upon into models.Error, by the constraint's name.
func fault(err error) error {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return err
	}
	if e, ok := sentences[pgErr.ConstraintName]; ok {
		e.Fields = append([]models.FieldError(nil), e.Fields...)
		return &e
	}
	if pgErr.Code == "22P05" || pgErr.Code == "22021" {
		return models.Refuse(models.Invalid, "bad-character", "The text holds a character that cannot be stored, such as NUL. Remove it and send it again.")
	}
	return err
}

// IsTimeout reports whether a statement ran into StatementTimeout or the server was told to give up.
func IsTimeout(err error) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == "57014"
}

// IsUnavailable reports whether the database could not be reached or is not taking work.
func IsUnavailable(err error) bool {
	var connErr *pgconn.ConnectError
	if errors.As(err, &connErr) {
		return true
	}
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return false
	}
	switch pgErr.Code {
	case "57P01", "57P02", "57P03", "53300", "53100", "53200": // shutting down, starting, too many clients, disk full, out of memory
		return true
	}
	return false
}

// found turns the absence of a row into the not-found error of the noun.
func found(err error, noun string) error {
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, gorm.ErrRecordNotFound) {
		return models.NoSuch(noun)
	}
	return fault(err)
}
