package io.gatehouse.core.totp;

/** What a code that somebody typed is worth. Peers learn only whether it is good. */
public sealed interface CodeVerdict {
    /**
     * It is good, and is used up now.
     *
     * @param recovery whether it was a recovery code
     * @param left recovery codes that are left
     */
    record Accepted(boolean recovery, int left) implements CodeVerdict {}

    /** It is no code of the account, or one of another time. */
    record Wrong() implements CodeVerdict {}

    /** It, or a newer one, was used before. */
    record Used() implements CodeVerdict {}

    /** There were too many wrong ones. */
    record Locked() implements CodeVerdict {}

    /** The account has no codes. */
    record NotEnrolled() implements CodeVerdict {}
}
