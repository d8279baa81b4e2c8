SECRET_KEY = "your own secret of 32 or more bytes"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
