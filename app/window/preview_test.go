package main

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
)

// TestPreview writes pictures of all scenes, light and dark, in both languages, into the folder FRESHKEY_PREVIEW, and of the window in each of
// its sizes into the folder "sizes" there.
func TestPreview(t *testing.T) {
	dir := os.Getenv("FRESHKEY_PREVIEW")
	all := dir != ""
	if !all {
		dir = t.TempDir()
	}
	if err := os.MkdirAll(filepath.Join(dir, "sizes"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"en", "zh-Hans"} {
		for _, look := range []string{"light", "dark"} {
			for _, s := range scenes(words.New(language)) {
				if all || s.name == "state-fresh" { // one of each kind is enough to see that pictures can be made
					write(t, filepath.Join(dir, s.name+"-"+look+"-"+language+".png"), pictureOf(t, s, look, language, size{"", 940, 640, 1}))
				}
			}
		}
	}
	for name, s := range sized() {
		if all || s.scene.name == "empty" {
			write(t, filepath.Join(dir, "sizes", name+".png"), pictureOf(t, s.scene, s.look, s.language, s.size))
		}
	}
}

// size is what a window is given: a width and a height as a person with usual eyes has them, and how many pixels there are to each.
type size struct {
	name          string
	width, height float32
	scale         float32
}

func sizes() []size {
	return []size{{"small", 800, 450, 1}, {"full", 1920, 1080, 1}, {"150", 940, 640, 1.5}, {"200", 940, 640, 2}}
}

type sizedScene struct {
	scene
	size
	look, language string
}

// sized are the window with no account, with one, with twelve and with a thousand, in each size, once light and once dark, by the names of their pictures.
func sized() map[string]sizedScene {
	all := map[string]sizedScene{}
	for look, language := range map[string]string{"light": "en", "dark": "zh-Hans"} {
		for _, s := range scenes(words.New(language)) {
			switch s.name {
			case "empty", "one", "twelve", "thousand":
				for _, z := range sizes() {
					all[fmt.Sprintf("%s-%s-%s", s.name, z.name, look)] = sizedScene{s, z, look, language}
				}
			}
		}
	}
	return all
}

func pictureOf(t *testing.T, s scene, look, language string, z size) image.Image {
	a := test.NewTempApp(t)
	a.Settings().SetTheme(themeOf(look, words.New(language)))
	w := stage(t, a, words.New(language), s)
	w.fyne.Canvas().(interface{ SetScale(float32) }).SetScale(z.scale)
	w.fyne.Resize(fyne.NewSize(z.width, z.height))
	return software.RenderCanvas(w.fyne.Canvas(), themeOf(look, words.New(language)))
}

func write(t *testing.T, path string, picture image.Image) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// A picture of each is kept for whoever reads about Freshkey; "make preview" draws them anew.
func TestEverySceneHasItsPicture(t *testing.T) {
	var names []string
	for _, s := range scenes(words.New("en")) {
		names = append(names, "screens/"+s.name, "screens/dark-zh/"+s.name)
	}
	for name := range sized() {
		names = append(names, "sizes/"+name)
	}
	for _, name := range names {
		if _, err := os.Stat("../../assets/pictures/" + name + ".png"); err != nil {
			t.Error(err)
		}
	}
}
