package io.gatehouse.dist.draft;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The answers to the questions of {@code gatehouse init}, as text.
 *
 * @param texts empty answers may be missing
 */
public record InitAnswers(Map<InitQuestion, String> texts) {
    public InitAnswers {
        Map<InitQuestion, String> copy = new EnumMap<>(InitQuestion.class);
        copy.putAll(texts);
        texts = copy;
    }

    /** The answer; empty when there is none. */
    public String text(InitQuestion question) {
        return texts.getOrDefault(question, "");
    }

    /** The same with another answer to {@code question}. */
    public InitAnswers with(InitQuestion question, String text) {
        Map<InitQuestion, String> changed = new EnumMap<>(InitQuestion.class);
        changed.putAll(texts);
        changed.put(question, text);
        return new InitAnswers(changed);
    }

    /** Whether there is an answer that is not empty. */
    public boolean has(InitQuestion question) {
        return !text(question).isEmpty();
    }

    /** The answer as a list, with commas or spaces between its elements. */
    public List<String> list(InitQuestion question) {
        return elements(text(question), "[,\\s]+");
    }

    /** The answer as a list of names that may have spaces in them, with commas between them. */
    public List<String> names(InitQuestion question) {
        return elements(text(question), ",");
    }

    private static List<String> elements(String text, String separator) {
        return Arrays.stream(text.split(separator, -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /** The ways to sign in, in the order of {@link SignInKind}. */
    public Set<SignInKind> signIn() {
        Set<SignInKind> kinds = EnumSet.noneOf(SignInKind.class);
        list(InitQuestion.SIGN_IN).forEach(word -> SignInKind.of(word).ifPresent(kinds::add));
        return kinds;
    }

    /** Whether there is a portal. */
    public boolean portal() {
        return text(InitQuestion.PORTAL).equals("yes");
    }

    /** Whether the certificate comes from an ACME server. */
    public boolean acme() {
        return has(InitQuestion.ACME) && !text(InitQuestion.ACME).equals("no");
    }

    /** Whether a reverse proxy ends TLS, so that the gateway needs no certificate. */
    public boolean proxyEndsTls() {
        return text(InitQuestion.PROXY).equals("http");
    }
}
