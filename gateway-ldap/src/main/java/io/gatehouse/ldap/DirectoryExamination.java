package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Connects to a directory, binds as the gateway does, and looks for one user. */
final class DirectoryExamination implements Examination {
    private final LdapConfig config;
    private final LdapConnections connections;
    private final UserSchema schema;

    DirectoryExamination(LdapConfig config, LdapConnections connections, UserSchema schema) {
        this.config = config;
        this.connections = connections;
        this.schema = schema;
    }

    @Override
    public String subject() {
        return "LDAP directory " + LdapConnections.names(config);
    }

    @Override
    public Duration patience() {
        return config.timeout().multipliedBy(4).plusSeconds(2);
    }

    @Override
    public List<Finding> examine() {
        try (LDAPConnection connection = connections.fresh()) {
            // The handshake, if TLS is wanted, is over.
            connection.getConnectTime();
        } catch (LDAPException e) {
            return List.of(Finding.fault(
                    "ldap.unreachable",
                    "no connection to " + LdapConnections.names(config) + ": " + Failures.text(e),
                    "correct urls; for a certificate that is not trusted, name its authority in ca"));
        }
        try {
            return users(connections.searches().search(one(SearchScope.SUB)).getSearchEntries());
        } catch (LDAPSearchException e) {
            // More than the one that was asked for.
            return e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)
                    ? users(e.getSearchEntries())
                    : List.of(failed(e));
        }
    }

    private SearchRequest one(SearchScope scope) {
        SearchRequest request = new SearchRequest(config.base(), scope, schema.objects(), schema.nameAttribute());
        request.setSizeLimit(1);
        request.setTimeLimitSeconds((int) Math.max(1, config.timeout().toSeconds()));
        request.setResponseTimeoutMillis(connections.millis());
        return request;
    }

    private List<Finding> users(@Nullable List<SearchResultEntry> entries) {
        List<SearchResultEntry> found = Objects.requireNonNullElse(entries, List.of());
        if (found.isEmpty()) {
            return List.of(Finding.fault(
                    "ldap.no-user",
                    "no user is found below " + config.base() + " with " + schema.objects()
                            + (config.bindDn().isEmpty()
                                    ? " by an anonymous search"
                                    : " by " + config.bindDn().get()),
                    "correct base, schema and user-filter, and let bind-dn read the users"));
        }
        if (!found.getFirst().hasAttribute(schema.nameAttribute())) {
            return List.of(Finding.fault(
                    "ldap.no-name",
                    found.getFirst().getDN() + " has no " + schema.nameAttribute() + " that "
                            + config.bindDn().orElse("an anonymous search") + " may read",
                    "correct schema, or let bind-dn read " + schema.nameAttribute()));
        }
        return List.of();
    }

    private Finding failed(LDAPException e) {
        if (e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)) {
            return Finding.fault(
                    "ldap.bind",
                    "the directory refuses bind-dn " + config.bindDn().orElse("(none)") + ": " + Failures.text(e),
                    "correct bind-dn and bind-password; ldapwhoami -x -D BIND-DN -W tries them");
        }
        if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
            return Finding.fault(
                    "ldap.base",
                    "the directory has no entry " + config.base() + ", or bind-dn may not see it",
                    "correct base; ldapsearch -x -s base -b '' namingContexts shows what there is");
        }
        return Finding.fault(
                "ldap.search",
                "no search is possible: " + Failures.text(e),
                "look into the log of the directory server");
    }
}
