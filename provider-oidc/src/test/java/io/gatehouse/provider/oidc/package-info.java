@NullMarked
package io.gatehouse.provider.oidc;

import org.jspecify.annotations.NullMarked;
