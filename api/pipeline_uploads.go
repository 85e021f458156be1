package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// bomUpload is what a pipeline says with a document, in the fields of Dependency-Track. isLatest and what else there is are read
// over: the newest release of the register follows from its dates.
type bomUpload struct {
	Project       string       `json:"project"`
	Name          string       `json:"projectName"`
	Version       string       `json:"projectVersion"`
	Tags          []projectTag `json:"projectTags"`
	ParentUUID    string       `json:"parentUUID"`
	ParentName    string       `json:"parentName"`
	ParentVersion string       `json:"parentVersion"`
	AutoCreate    spokenBool   `json:"autoCreate"`
	BOM           string       `json:"bom"` // base64
}

// spokenBool is true or false, or the same as text, as shell scripts write it.
type spokenBool bool

// UnmarshalJSON reads both.
func (b *spokenBool) UnmarshalJSON(raw []byte) error {
	*b = spokenBool(strings.EqualFold(strings.Trim(string(raw), `"`), "true"))
	return nil
}

// What an upload may cost. A PUT is held in memory, as JSON and as the text inside, so only a few are at a time; a POST is not.
const (
	mostPut       = 24 << 20
	putsAtOnce    = 2
	checkedAtOnce = 4 << 20 // what is this small is refused at once when it is no SBOM; a pipeline never asks twice
	mostUnpacked  = 64 << 20
	mostParts     = 50
	mostField     = 64 << 10
)

func (a *api) putBOM(c *gin.Context, v models.Viewer) error {
	body, err := unwrap(a.paced(c.Writer, c.Request.Body), c.GetHeader("Content-Encoding"))
	if err != nil {
		return err
	}
	defer body.Close()
	file, err := arrive(body, mostPut, fmt.Sprintf("What a PUT may carry is %d MB of JSON. Send larger documents by POST, as a form with the file.", mostPut>>20))
	if err != nil {
		return err
	}
	defer file.Close()
	select { // only now: a slow sender keeps nobody waiting
	case a.puts <- struct{}{}:
		defer func() { <-a.puts }()
	case <-c.Request.Context().Done():
		return c.Request.Context().Err()
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("reading an upload: %w", err)
	}
	var u bomUpload
	if err := json.Unmarshal(raw, &u); err != nil {
		return models.Refuse(models.Invalid, "not-json", "The body is not the JSON that this address takes: {\"projectName\": …, \"projectVersion\": …, \"autoCreate\": true, \"bom\": the document in base64}.")
	}
	packed := u.BOM
	u.BOM = ""
	return a.uploadBOM(c, v, &u, func() (io.Reader, error) {
		return base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)), nil
	})
}

// arrive takes a body to disk: it may be slow, and what follows shall not be. The caller closes the file, which is gone then.
func arrive(body io.Reader, most int64, advice string) (*os.File, error) {
	f, err := os.CreateTemp("", "ospo-upload-*")
	if err != nil {
		return nil, fmt.Errorf("making room for an upload: %w", err)
	}
	_ = os.Remove(f.Name()) // it lives while it is open
	n, err := io.Copy(f, io.LimitReader(body, most+1))
	var ours *models.Error
	var disk *os.PathError
	switch {
	case errors.As(err, &ours), errors.As(err, &disk):
	case err != nil:
		err = models.Refuse(models.Invalid, "body-broken-off", "The body did not arrive whole. Send it again.")
	case n > most:
		err = models.Refuse(models.TooLarge, "body-too-large", advice)
	default:
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (a *api) postBOM(c *gin.Context, v models.Viewer) error {
	kind, params, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return newProblem(http.StatusUnsupportedMediaType, "form-missing", "A POST to this address is a form (multipart/form-data) with the document in the field bom. To send the document itself as the body use "+prefix+"/sboms.")
	}
	body, err := unwrap(a.paced(c.Writer, c.Request.Body), c.GetHeader("Content-Encoding"))
	if err != nil {
		return err
	}
	defer body.Close()
	u, file, err := a.readForm(multipart.NewReader(body, params["boundary"]))
	if file != nil {
		defer file.Close()
	}
	if err != nil {
		return err
	}
	return a.uploadBOM(c, v, u, func() (io.Reader, error) {
		_, err := file.Seek(0, io.SeekStart)
		return file, err
	})
}

// readForm reads the fields of a form in whatever order they come.
func (a *api) readForm(form *multipart.Reader) (u *bomUpload, file *os.File, err error) {
	u = &bomUpload{}
	fields := map[string]*string{"project": &u.Project, "projectName": &u.Name, "projectVersion": &u.Version, "parentUUID": &u.ParentUUID, "parentName": &u.ParentName, "parentVersion": &u.ParentVersion}
	for range mostParts {
		part, err := form.NextRawPart()
		var ours *models.Error
		switch {
		case errors.Is(err, io.EOF) && file == nil:
			return u, nil, models.Refuse(models.Invalid, "bom-missing", "The form has no field bom. Add the document: curl -F bom=@bom.json …")
		case errors.Is(err, io.EOF):
			return u, file, nil
		case errors.As(err, &ours):
			return u, file, err
		case err != nil:
			return u, file, models.Refuse(models.Invalid, "body-broken-off", "The form cannot be read, or did not arrive whole. Send it again.")
		}
		if part.FormName() == "bom" {
			if file != nil {
				return u, file, models.Refuse(models.Invalid, "bom-repeated", "The form has more than one document. Send one at a time.")
			}
			most := a.MaxBody
			if most <= 0 {
				most = 512 << 20
			}
			if file, err = arrive(part, most, fmt.Sprintf("The document is larger than %s. Send one document per product, or ask the operator to raise the limit.", sbom.Size(most))); err != nil {
				return u, nil, err
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, mostField+1))
		if errors.As(err, &ours) {
			return u, file, err
		}
		if err != nil || len(text) > mostField {
			return u, file, models.Refuse(models.Invalid, "field-too-long", "The field "+part.FormName()+" is too long or broken off.")
		}
		switch into, known := fields[part.FormName()]; {
		case known:
			*into = string(text)
		case part.FormName() == "autoCreate":
			set, _ := strconv.ParseBool(strings.TrimSpace(string(text)))
			u.AutoCreate = spokenBool(set)
		case part.FormName() == "projectTags":
			for tag := range strings.SplitSeq(string(text), ",") {
				u.Tags = append(u.Tags, projectTag{tag})
			}
		}
	}
	return u, file, models.Refuse(models.Invalid, "too-many-fields", "The form has too many fields.")
}

// uploadBOM hands a document in and answers with the token to poll by. open gives the document from its beginning.
func (a *api) uploadBOM(c *gin.Context, v models.Viewer, u *bomUpload, open func() (io.Reader, error)) error {
	ctx := c.Request.Context()
	target, err := a.projectTarget(ctx, v, u)
	if err != nil {
		return err
	}
	if !v.MaySomewhere(models.WriteSBOM) {
		return models.Refuse(models.Forbidden, "not-allowed", "This token may not send SBOM documents. Make one that may: its permission is "+string(models.WriteSBOM)+".")
	}
	if err := unfit(open); err != nil {
		return err
	}
	body, err := open()
	if err != nil {
		return fmt.Errorf("reading an upload: %w", err)
	}
	got, err := a.Register.Deliver(ctx, v, register.Handover{Door: models.DoorPipeline, Target: target}, notBase64{body}, register.Limits{Bytes: a.MaxBody})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"token": got.Delivery.Token})
	return nil
}

// unfit refuses a small document that is no SBOM, or none that can be read. Large ones are found out while they are read.
func unfit(open func() (io.Reader, error)) error {
	body, err := open()
	if err != nil {
		return fmt.Errorf("reading an upload: %w", err)
	}
	head, err := io.ReadAll(io.LimitReader(notBase64{body}, checkedAtOnce+1))
	if err != nil {
		return err
	}
	if len(head) > checkedAtOnce {
		return nil
	}
	_, err = importers.Read(bytes.NewReader(head), sbom.Limits{Bytes: mostUnpacked}, func(*models.SBOMPackage) error { return nil })
	if models.IsKind(err, models.TooLarge) {
		return nil
	}
	return err
}

// notBase64 says what is wrong where a document is not what base64 can be.
type notBase64 struct{ io.Reader }

func (n notBase64) Read(p []byte) (int, error) {
	read, err := n.Reader.Read(p)
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = models.Refuse(models.Invalid, "not-base64", "The field bom is not base64. A PUT carries the document in base64, a POST as it is.")
	}
	return read, err
}

// projectTarget says in the words of the register which release is meant.
func (a *api) projectTarget(ctx context.Context, v models.Viewer, u *bomUpload) (models.Target, error) {
	if u.Project != "" {
		id := releaseOf(u.Project)
		if id == 0 {
			return models.Target{}, noProject()
		}
		row, err := a.oneProject(ctx, v, store.ProjectFilter{ReleaseID: id})
		if err != nil {
			return models.Target{}, err
		}
		return models.Target{ReleaseID: row.ReleaseID}, nil
	}
	u.Name, u.Version = strings.TrimSpace(u.Name), strings.TrimSpace(u.Version)
	if !u.AutoCreate {
		if u.Name == "" || u.Version == "" {
			return models.Target{}, models.Refuse(models.Invalid, "project-missing", "Say which project the document is for: project (a UUID), or projectName and projectVersion. With autoCreate what is missing is taken from the document.")
		}
		row, err := a.oneProject(ctx, v, store.ProjectFilter{Name: u.Name, Number: u.Version})
		if err != nil {
			return models.Target{}, err
		}
		return models.Target{ReleaseID: row.ReleaseID}, nil
	}
	t := models.Target{Name: u.Name, Number: u.Version, Make: models.MakeAsset}
	if err := a.applyTags(ctx, &t, u.Tags); err != nil {
		return t, err
	}
	return t, a.applyParent(ctx, v, &t, u)
}

// agencyTag marks the tag that says whose software it is: agency:, and the national code.
const agencyTag = "agency:"

func (a *api) applyTags(ctx context.Context, t *models.Target, tags []projectTag) error {
	for _, tag := range tags {
		if code, ok := strings.CutPrefix(strings.TrimSpace(tag.Name), agencyTag); ok {
			agency, err := a.Store.AgencyByCode(ctx, strings.TrimSpace(code))
			if models.IsKind(err, models.NotFound) {
				return models.Refuse(models.Invalid, "agency-unknown", "No agency has the code "+code+", which a tag names.")
			}
			if err != nil {
				return err
			}
			t.AgencyID = agency.ID
			continue
		}
		if c := categoryOf(tag.Name); c != "" && len(t.Categories) < 50 {
			t.Categories = append(t.Categories, c)
		}
	}
	return nil
}

// categoryOf brings a tag to the form of a category: lower case, words joined by hyphens; "" when nothing is left of it.
func categoryOf(tag string) string {
	words := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

func (a *api) applyParent(ctx context.Context, v models.Viewer, t *models.Target, u *bomUpload) error {
	none := models.Refuse(models.NotFound, "parent-not-found", "The parent project could not be found: there is no such software with this version in the register, or you may not see it.")
	f := store.ProjectFilter{Name: strings.TrimSpace(u.ParentName), Number: strings.TrimSpace(u.ParentVersion)}
	switch {
	case u.ParentUUID != "":
		if f = (store.ProjectFilter{ReleaseID: releaseOf(u.ParentUUID)}); f.ReleaseID == 0 {
			return none
		}
	case f.Name == "":
		return nil
	}
	row, err := a.oneProject(ctx, v, f)
	if models.IsKind(err, models.NotFound) {
		return none
	}
	if err != nil {
		return err
	}
	t.ParentID = row.AssetID
	if t.AgencyID == 0 && v.May(models.WriteAsset, row.StewardID) {
		t.AgencyID = row.StewardID
	}
	return nil
}
