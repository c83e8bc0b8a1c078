package io.gatehouse.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token says.
 *
 * @param set the claims of the token itself
 * @param further claims from the userinfo endpoint, which count where the token has none
 */
public record Claims(JWTClaimsSet set, Map<String, Object> further) {
    private static final String EMAIL = "email";
    private static final int MOST_NAMES = 60;
    private static final int DEEPEST = 16;

    /** Those of a token, not yet believed. */
    public static Claims of(SignedJWT token) throws RejectedException {
        try {
            return new Claims(token.getJWTClaimsSet(), Map.of());
        } catch (ParseException broken) {
            throw new RejectedException(Reason.MALFORMED, "claims: " + PrintableText.line(broken));
        }
    }

    /** The same, with claims from the userinfo endpoint. */
    public Claims with(Map<String, Object> userinfo) {
        return new Claims(set, userinfo);
    }

    /**
     * The claim at {@code path}: a name, or names of nested objects with dots between them. A name that has dots itself
     * is found as well.
     */
    public Optional<Object> at(String path) {
        Map<String, Object> own = set.getClaims();
        return in(own, path).or(() -> in(further, path));
    }

    private static Optional<Object> in(Map<?, ?> object, String path) {
        @Nullable Object whole = object.get(path);
        if (whole != null) {
            return Optional.of(whole);
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (object.get(path.substring(0, dot)) instanceof Map<?, ?> nested) {
                Optional<Object> found = in(nested, path.substring(dot + 1));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** A claim that is text. */
    public Optional<String> text(String path) {
        return at(path).filter(String.class::isInstance).map(String.class::cast);
    }

    /**
     * A claim that must be text.
     *
     * @throws RejectedException that it is missing, or what it is instead
     */
    public String requiredText(String path) throws RejectedException {
        Object value = at(path).orElseThrow(() -> missing(path));
        if (value instanceof String text) {
            return text;
        }
        throw new RejectedException(
                Reason.REFUSED,
                "the claim %s is %s (expected text)".formatted(PrintableText.quoted(path), kind(value)));
    }

    /** What a claim is that ought to be something else. */
    static String kind(Object value) {
        return switch (value) {
            case String _ -> "text";
            case Number _ -> "a number";
            case Boolean _ -> "a truth value";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "an object";
            default -> "something else";
        };
    }

    /** A claim that is text or a list of texts; empty when it is not there, or of another kind. */
    public Optional<List<String>> texts(String path) {
        return at(path).flatMap(value -> switch (value) {
            case String text -> Optional.of(List.of(text));
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                Optional.of(list.stream().map(String.class::cast).toList());
            default -> Optional.empty();
        });
    }

    /**
     * What rules may ask for: every claim that is text, a number, a truth value or a list of those, by its path. Names
     * and values that are longer than any that a rule can ask for are left out.
     *
     * @throws RejectedException when there are more than an {@link Identity} may have: what was left out could be what
     *     a rule denies
     */
    public Map<String, Set<String>> forRules() throws RejectedException {
        Map<String, Set<String>> found = new TreeMap<>();
        collect(further, "", 0, found);
        Map<String, Set<String>> own = new TreeMap<>();
        collect(set.getClaims(), "", 0, own);
        found.putAll(own);
        Optional<String> problem = Identity.claimsProblem(found);
        if (problem.isPresent()) {
            throw new RejectedException(Reason.REFUSED, "the token has " + problem.get());
        }
        return found;
    }

    private static void collect(Map<?, ?> object, String path, int depth, Map<String, Set<String>> found)
            throws RejectedException {
        if (depth > DEEPEST) {
            throw new RejectedException(
                    Reason.REFUSED, "claims of more than " + DEEPEST + " objects inside one another");
        }
        for (Map.Entry<?, ?> claim : object.entrySet()) {
            String name = path + claim.getKey();
            if (name.length() > Identity.LONGEST_VALUE) {
                continue;
            }
            if (claim.getValue() instanceof Map<?, ?> nested) {
                collect(nested, name + ".", depth + 1, found);
            } else {
                Set<String> values = values(claim.getValue());
                if (!values.isEmpty()) { // a name with dots and nested objects may have one path
                    found.computeIfAbsent(name, _ -> new HashSet<>()).addAll(values);
                }
            }
        }
    }

    private static Set<String> values(@Nullable Object value) {
        List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        return values.stream()
                .flatMap(each -> single(each).stream())
                .filter(text -> text.length() <= Identity.LONGEST_VALUE)
                .collect(Collectors.toSet());
    }

    private static Optional<String> single(@Nullable Object value) {
        return switch (value) {
            case String text -> Optional.of(text);
            case Boolean truth -> Optional.of(truth.toString());
            case Number number -> Optional.of(plain(number));
            case null, default -> Optional.empty(); // nothing that a rule can ask for
        };
    }

    private static String plain(Number number) {
        return number instanceof Double && Double.isFinite(number.doubleValue())
                ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
                : number.toString();
    }

    /**
     * The claim that says whether the e-mail address at {@code path} is verified: it stands beside the address, also
     * inside another claim ({@code gcip.email} of Google). Empty for claims that are no {@code email}.
     */
    public static Optional<String> verifiedClaim(String path) {
        return path.equals(EMAIL) || path.endsWith("." + EMAIL) ? Optional.of(path + "_verified") : Optional.empty();
    }

    /** Whether a claim is true; some identity providers write it as text. */
    public boolean isTrue(String path) {
        return at(path).filter(value -> value.equals(true) || value.equals("true"))
                .isPresent();
    }

    /**
     * The token's {@code sub}.
     *
     * @throws RejectedException when it has none
     */
    public String subject() throws RejectedException {
        String subject = set.getSubject();
        if (subject == null || subject.isBlank()) {
            throw new RejectedException(Reason.MALFORMED, "the token has no sub");
        }
        return subject;
    }

    /** The names of all claims that are not null, for an administrator who looks for one; never their values. */
    private String names() {
        TreeSet<String> names = new TreeSet<>();
        for (Map<String, Object> claims : List.of(further, set.getClaims())) {
            claims.forEach((name, value) -> {
                if (value != null) {
                    names.add(name);
                }
            });
        }
        String shown = String.join(
                ", ", names.stream().limit(MOST_NAMES).map(PrintableText::line).toList());
        return names.size() > MOST_NAMES ? shown + ", …" : shown;
    }

    /** That a claim is missing, and which are not. */
    public RejectedException missing(String path) {
        return new RejectedException(
                Reason.REFUSED, "the token has no claim %s; it has: %s".formatted(PrintableText.quoted(path), names()));
    }
}
