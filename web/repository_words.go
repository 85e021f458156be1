package web

import (
	"strconv"

	"github.com/ospo-register/ospo/models"
)

// The words of repositories and harvests.
var (
	hostTerms = map[models.Host]term{
		models.GitHub: {"GitHub", tonePlain}, models.GitLab: {"GitLab", tonePlain}, models.Gitea: {"Gitea or Forgejo", tonePlain}, models.Bitbucket: {"Bitbucket", tonePlain}, models.PlainGit: {"Git", tonePlain},
	}
	repositoryStateTerms = map[models.RepositoryState]term{
		models.RepositoryNew: {"Not visited yet", toneUnknown}, models.RepositoryHere: {"Here", toneGood}, models.RepositoryFailing: {"Not answering", toneCaution}, models.RepositoryGone: {"Gone", toneBad},
	}
	forkTerms = map[models.ForkKind]term{
		models.NoFork: {"No fork", tonePlain}, models.TechnicalFork: {"Technical fork", tonePlain}, models.VariantFork: {"Variant", tonePlain}, models.Mirror: {"Mirror", tonePlain}, models.PlainFork: {"Fork", tonePlain},
	}
	visitTerms = map[models.VisitOutcome]term{
		models.VisitRead: {"Read", toneGood}, models.VisitUnchanged: {"Nothing new", tonePlain}, models.VisitUndescribed: {"Not described", toneCaution}, models.VisitInvalid: {"Has mistakes", toneBad},
		models.VisitGone: {"Gone", toneBad}, models.VisitForbidden: {"Closed to us", toneCaution}, models.VisitBlocked: {"We do not go there", toneBad}, models.VisitTimeout: {"No answer in time", toneCaution},
		models.VisitBusy: {"Asked to come later", toneCaution}, models.VisitTooLarge: {"Too large", toneBad}, models.VisitFailed: {"Failed", toneBad},
	}
	harvestTerms = map[models.HarvestState]term{
		models.HarvestWaiting: {"Waiting", tonePlain}, models.HarvestRunning: {"Under way", tonePlain}, models.HarvestDone: {"Done", toneGood}, models.HarvestCancelled: {"Stopped", toneCaution}, models.HarvestBroken: {"Broken off", toneBad},
	}
	archiveTerms = map[models.ArchiveState]term{
		models.ArchiveUnknown: {"Not asked", toneUnknown}, models.ArchiveMissing: {"Not in the archive", toneCaution}, models.ArchiveRequested: {"Asked to save it", tonePlain}, models.ArchiveKept: {"In the archive", toneGood}, models.ArchiveFailed: {"Asking failed", toneCaution},
	}
	metricTerms = map[models.Metric]term{
		models.SinceActivity: {"Time since the last commit", tonePlain}, models.SinceRelease: {"Time since the last release", tonePlain}, models.ReleaseFrequency: {"Releases", tonePlain},
		models.CodeChanges: {"Commits", tonePlain}, models.Contributors: {"People who contributed", tonePlain}, models.ContributorAbsenceFactor: {"People who made half of it", tonePlain},
		models.ElephantFactor: {"Organisations that made half of it", tonePlain}, models.ChangeClosureRatio: {"Change requests closed", tonePlain}, models.IssueClosureRatio: {"Issues closed", tonePlain},
	}
)

func repositoryTerm(v any) term {
	switch v := v.(type) {
	case models.Host:
		return among(hostTerms, v)
	case models.RepositoryState:
		return among(repositoryStateTerms, v)
	case models.ForkKind:
		return among(forkTerms, v)
	case models.VisitOutcome:
		return among(visitTerms, v)
	case models.HarvestState:
		return among(harvestTerms, v)
	case models.ArchiveState:
		return among(archiveTerms, v)
	case models.Metric:
		return among(metricTerms, v)
	case models.SourceKind:
		return among(sourceKindTerms, v)
	case models.SearchPlace:
		return among(placeTerms, v)
	case models.Freshness:
		return among(freshnessTerms, v)
	}
	return term{}
}

// oneOf is the word for one of what health is measured in.
var oneOf = map[string]string{"days": "day", "releases": "release", "people": "person", "organisations": "organisation", "commits": "commit"}

// measured says what a measurement came to: a figure with its unit.
func measured(m models.Measurement) string {
	switch {
	case m.Value == nil:
		return ""
	case m.Unit == "ratio":
		return strconv.FormatFloat(*m.Value*100, 'f', 0, 64) + " %"
	case oneOf[m.Unit] != "":
		return plural(int(*m.Value), oneOf[m.Unit], m.Unit)
	}
	return strconv.FormatFloat(*m.Value, 'f', -1, 64) + " " + m.Unit
}

// remarkWord and remarkTone say how serious a remark on a description is.
func remarkWord(s models.Severity) string {
	switch s {
	case models.Failure, models.Fatal:
		return "Mistake"
	case models.Warning:
		return "Warning"
	}
	return "Note"
}

func remarkTone(s models.Severity) string {
	switch s {
	case models.Failure, models.Fatal:
		return toneBad
	case models.Warning:
		return toneCaution
	}
	return tonePlain
}
