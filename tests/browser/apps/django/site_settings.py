SECRET_KEY = "a secret of yours"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
