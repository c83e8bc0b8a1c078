package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultReference;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.Arrays;
import java.util.List;

/** Searches with a size limit, of ours or of the server. */
final class Searches {
    private Searches() {}

    /** A request for at most {@code most} entries, in the time that one answer may take. */
    static SearchRequest limited(
            String base,
            SearchScope scope,
            Filter filter,
            int most,
            LdapConnections connections,
            String... attributes) {
        SearchRequest request = new SearchRequest(base, scope, filter, attributes);
        request.setSizeLimit(most);
        request.setTimeLimitSeconds((int) Math.max(1, connections.millis() / 1000));
        return request;
    }

    /**
     * All that this server has; what it says other servers have is left out.
     *
     * @throws LDAPException also when there is more than the size limit allows
     */
    static List<SearchResultEntry> all(LDAPConnectionPool pool, SearchRequest request) throws LDAPException {
        return List.copyOf(pool.search(request).getSearchEntries());
    }

    /**
     * All that there is below the base.
     *
     * @throws LDAPException also when there is more than the size limit allows, or when a part is on another server,
     *     where nobody looks
     */
    static List<SearchResultEntry> whole(LDAPConnectionPool pool, SearchRequest request) throws LDAPException {
        SearchResult result = pool.search(request);
        if (result.getReferenceCount() > 0) {
            List<SearchResultReference> elsewhere = result.getSearchReferences();
            String urls = elsewhere == null || elsewhere.isEmpty()
                    ? "another server"
                    : Arrays.toString(elsewhere.getFirst().getReferralURLs());
            throw new LDAPException(
                    ResultCode.REFERRAL,
                    "a part of " + request.getBaseDN() + " is at " + urls + ", which is not asked");
        }
        return List.copyOf(result.getSearchEntries());
    }

    /** What was found, or as much of it as the size limit allows. */
    static List<SearchResultEntry> some(LDAPConnectionPool pool, SearchRequest request) throws LDAPException {
        try {
            return all(pool, request);
        } catch (LDAPSearchException e) {
            List<SearchResultEntry> some = e.getSearchEntries();
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED) && some != null) {
                return List.copyOf(some);
            }
            throw e;
        }
    }
}
