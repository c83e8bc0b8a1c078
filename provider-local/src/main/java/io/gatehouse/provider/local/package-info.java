/** Basic sign-in (user name and password) for local accounts, on the realms and password hashes of Apache Shiro. */
@NullMarked
package io.gatehouse.provider.local;

import org.jspecify.annotations.NullMarked;
