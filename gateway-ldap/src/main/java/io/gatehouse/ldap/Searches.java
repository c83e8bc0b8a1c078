package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.List;

/** Searches with a size limit. */
final class Searches {
    private Searches() {}

    /** What was found, or as much of it as the size limit allows. */
    static List<SearchResultEntry> entries(LDAPConnectionPool pool, SearchRequest request) throws LDAPException {
        try {
            return List.copyOf(pool.search(request).getSearchEntries());
        } catch (LDAPSearchException e) {
            List<SearchResultEntry> some = e.getSearchEntries();
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED) && some != null) {
                return List.copyOf(some);
            }
            throw e;
        }
    }
}
