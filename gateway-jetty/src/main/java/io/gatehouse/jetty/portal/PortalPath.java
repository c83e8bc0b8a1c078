package io.gatehouse.jetty.portal;

import io.gatehouse.core.approval.Approvals;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths of the portal, each spelled once: requests are matched against them, and links on pages and redirects are
 * made of them.
 */
public enum PortalPath {
    ROOT("/"),
    SIGN_IN("/signin"),
    /** Asks the browser for a Kerberos ticket. */
    NEGOTIATE("/signin/negotiate"),
    /** Leads to an identity provider. */
    EXTERNAL_SIGN_IN("/signin/{provider}"),
    /** Where identity providers send browsers back to. */
    CALLBACK("/signin/{provider}/callback"),
    /** Where identity providers report logouts. */
    BACK_CHANNEL("/signin/{provider}/backchannel"),
    /** Takes the second factor of a sign-in. */
    SIGN_IN_CODE("/signin-code"),
    /** Sets up a second factor during a sign-in. */
    SIGN_IN_SET_UP("/signin-setup"),
    SIGN_OUT("/signout"),
    SIGN_OUT_EVERYWHERE("/signout-everywhere"),
    SIGNED_OUT("/signedout"),
    DESKTOPS("/desktops"),
    DESKTOP("/desktops/{desktop}"),
    CONNECT("/connect/{desktop}.rdp"),
    FAVOURITE("/favourite"),
    /** Where users ask for desktops, and approvers answer. */
    ACCESS("/access"),
    ACCESS_ASK("/access/ask"),
    ACCESS_ANSWER("/access/answer"),
    ACCESS_WITHDRAW("/access/withdraw"),
    ACCESS_REVOKE("/access/revoke"),
    /** Files for devices. */
    DEVICES("/devices"),
    DEVICES_FILE("/devices/file"),
    DEVICES_REVOKE("/devices/revoke"),
    /** Wakes the machine of a desktop. */
    WAKE("/wake"),
    SESSIONS("/sessions"),
    DISCONNECT("/sessions/end"),
    /** Connections that wait for an approval. Short, since users type it. */
    APPROVALS(Approvals.PATH),
    APPROVALS_ANSWER(Approvals.PATH + "/answer"),
    SECOND_FACTOR("/second-factor"),
    SECOND_FACTOR_CODE("/second-factor/code"),
    SECOND_FACTOR_SET_UP("/second-factor/setup"),
    SECOND_FACTOR_RENEW("/second-factor/recovery-codes"),
    SECOND_FACTOR_REMOVE("/second-factor/remove"),
    HELP("/help"),
    PUBLISHER("/help/publisher.cer"),
    ADMIN("/admin"),
    ADMIN_SESSIONS("/admin/sessions"),
    ADMIN_SESSION("/admin/sessions/{session}"),
    ADMIN_USERS("/admin/users"),
    ADMIN_GRANTS("/admin/grants"),
    ADMIN_TICKETS("/admin/device-tickets"),
    ADMIN_ACTIVITY("/admin/activity"),
    ADMIN_RULES("/admin/rules"),
    ADMIN_FAILURES("/admin/failures"),
    ADMIN_AUDIT("/admin/audit"),
    ADMIN_AUDIT_JSON("/admin/audit.jsonl"),
    ADMIN_AUDIT_CSV("/admin/audit.csv"),
    /** Asks before something is done. */
    ADMIN_CONFIRM("/admin/confirm/{operation}"),
    ADMIN_ACT("/admin/act"),
    ADMIN_SIGN_IN_AGAIN("/admin/sign-in-again"),
    ASSET("/assets/{asset}");

    private final String template;
    private final Pattern pattern;

    PortalPath(String template) {
        this.template = template;
        this.pattern = Pattern.compile(template.replace(".", "\\.")
                .replace("{provider}", "([a-z0-9-]{1,64})")
                .replace("{desktop}", "([a-z0-9_-]{1,64})")
                .replace("{session}", "([a-z0-9-]{1,64})")
                .replace("{operation}", "([a-z-]{1,32})")
                .replace("{asset}", "(.*)"));
    }

    /**
     * The value of the variable in {@code path}, or an empty text when this has none; empty when it is another path.
     */
    Optional<String> match(String path) {
        Matcher matcher = pattern.matcher(path);
        return matcher.matches() ? Optional.of(matcher.groupCount() == 0 ? "" : matcher.group(1)) : Optional.empty();
    }

    /** The path with {@code value} for its variable. */
    public String of(String value) {
        String path = template.replaceFirst("\\{[a-z]+}", Matcher.quoteReplacement(value));
        if (match(path).isEmpty() || path.equals(template)) {
            throw new IllegalArgumentException(template + " with \"" + value + "\"");
        }
        return path;
    }

    /**
     * The path, which has no variable.
     *
     * @throws IllegalStateException when it has one
     */
    public String path() {
        if (template.indexOf('{') >= 0) {
            throw new IllegalStateException(template + " needs a value");
        }
        return template;
    }
}
