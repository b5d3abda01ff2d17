// Checks a ledger's notes, proofs and tiles with the Go project's own transparency-log packages.
// Reads one JSON document from standard input; prints "ok" or what does not hold.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Position int64    `json:"position"`
	Size     int64    `json:"size"`
	Envelope string   `json:"envelope"`
	Path     []string `json:"path"`
	Root     string   `json:"root"`
}

type consistency struct {
	Old     int64    `json:"old"`
	New     int64    `json:"new"`
	OldRoot string   `json:"old_root"`
	NewRoot string   `json:"new_root"`
	Path    []string `json:"path"`
}

type document struct {
	Key         string            `json:"key"`
	Note        string            `json:"note"`
	Size        int64             `json:"size"`
	Inclusions  []inclusion       `json:"inclusions"`
	Consistency []consistency     `json:"consistency"`
	Tiles       map[string]string `json:"tiles"`
}

// stored serves tiles of height 8 by "level/number".
type stored map[string]string

func (stored) Height() int { return 8 }

func (tiles stored) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for at, tile := range wanted {
		data, err := hex.DecodeString(tiles[fmt.Sprintf("%d/%d", tile.L, tile.N)])
		if err != nil || len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d is too short", tile.L, tile.N)
		}
		found[at] = data[:tile.W*tlog.HashSize]
	}
	return found, nil
}

func (stored) SaveTiles([]tlog.Tile, [][]byte) {}

func hash(text string) (result tlog.Hash) {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) != tlog.HashSize {
		fail("a hash is not 32 bytes of hex")
	}
	copy(result[:], data)
	return result
}

func hashes(texts []string) []tlog.Hash {
	result := make([]tlog.Hash, len(texts))
	for at, text := range texts {
		result[at] = hash(text)
	}
	return result
}

func fail(format string, values ...any) {
	fmt.Printf(format+"\n", values...)
	os.Exit(1)
}

func checkNote(given document) tlog.Tree {
	verifier, err := note.NewVerifier(given.Key)
	if err != nil {
		fail("key: %v", err)
	}
	opened, err := note.Open([]byte(given.Note), note.VerifierList(verifier))
	if err != nil {
		fail("note: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != verifier.Name() {
		fail("the note is no checkpoint of its signer")
	}
	var root tlog.Hash
	if err := root.UnmarshalJSON([]byte(strconv.Quote(lines[2]))); err != nil {
		fail("root: %v", err)
	}
	return tlog.Tree{N: size, Hash: root}
}

func checkTiles(given document, tree tlog.Tree) {
	reader := tlog.TileHashReader(tree, stored(given.Tiles))
	if root, err := tlog.TreeHash(tree.N, reader); err != nil || root != tree.Hash {
		fail("tiles: %v", err)
	}
	for _, proof := range given.Inclusions {
		path, err := tlog.ProveRecord(proof.Size, proof.Position, reader)
		if err != nil || !equal(path, hashes(proof.Path)) {
			fail("the proof of entry %d differs from the one Go reads from the tiles: %v", proof.Position, err)
		}
	}
}

func equal(one, other []tlog.Hash) bool {
	if len(one) != len(other) {
		return false
	}
	for at := range one {
		if !bytes.Equal(one[at][:], other[at][:]) {
			return false
		}
	}
	return true
}

func main() {
	var given document
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		fail("input: %v", err)
	}
	tree := checkNote(given)
	if tree.N != given.Size {
		fail("the note is of another size")
	}
	checkTiles(given, tree)
	for _, proof := range given.Inclusions {
		envelope, _ := hex.DecodeString(proof.Envelope)
		if err := tlog.CheckRecord(hashes(proof.Path), proof.Size, hash(proof.Root), proof.Position, tlog.RecordHash(envelope)); err != nil {
			fail("entry %d at size %d: %v", proof.Position, proof.Size, err)
		}
	}
	for _, proof := range given.Consistency {
		if err := tlog.CheckTree(hashes(proof.Path), proof.New, hash(proof.NewRoot), proof.Old, hash(proof.OldRoot)); err != nil {
			fail("consistency of %d with %d: %v", proof.New, proof.Old, err)
		}
	}
	fmt.Println("ok")
}
