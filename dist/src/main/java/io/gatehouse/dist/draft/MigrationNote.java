package io.gatehouse.dist.draft;

/**
 * What a migration could not take over as it was.
 *
 * @param kind what has to be done about it
 * @param key the setting of the other gateway, as its file names it
 * @param text what is different here
 */
public record MigrationNote(Kind kind, String key, String text) {
    /** What a note is about, the most urgent first. */
    public enum Kind {
        /** The new file has a guess or a placeholder: somebody must complete it. */
        TO_DO("to do"),
        /** The setting was taken over, and means something else here. */
        CHANGED("changed"),
        /** There is no such setting here. */
        NO_COUNTERPART("no counterpart");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As people read it. */
        public String word() {
            return word;
        }
    }

    @Override
    public String toString() {
        return kind.word() + ": " + key + ": " + text;
    }
}
