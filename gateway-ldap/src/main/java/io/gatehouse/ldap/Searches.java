package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.List;

/** Searches with a size limit, of ours or of the server. */
final class Searches {
    private Searches() {}

    /**
     * All that was found.
     *
     * @throws LDAPException also when there is more than the size limit allows
     */
    static List<SearchResultEntry> all(LDAPConnectionPool pool, SearchRequest request) throws LDAPException {
        return List.copyOf(pool.search(request).getSearchEntries());
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
